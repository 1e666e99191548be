import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createServiceProcess, type ServiceProcess } from '@mainspring/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type CleanCopy, createCleanCopy } from './testing/clean-copy.ts'
import { isAsExpected, readSteps, type Step } from './testing/page.ts'

const PAGE = 'docs/adding-a-service.md'
const MINUTES = 60_000

let copy: CleanCopy
beforeAll(() => {
  copy = createCleanCopy()
})
afterAll(() => rmSync(copy.folder, { recursive: true }))

describe('in a clean copy of the house', () => {
  test.each([
    ['sprockets', 'sprockets is taken by apps/sprockets.'],
    ['', 'A service needs a name'],
    [
      `tools-${'of-the-trade-'.repeat(4)}kept`,
      'is longer than the 63 characters that a name may have.\nNothing was changed.',
    ],
  ])('a name that cannot be is refused, and nothing changes: %s', (name, sentence) => {
    const before = copy.files()

    const { status, stderr } = copy.run(`npm run --silent new-service -- ${name}`)

    expect(stderr).toContain(sentence)
    expect(status).toBe(1)
    expect(copy.files()).toEqual(before)
  })

  test('a service whose names have several words is made, and passes its tests', { timeout: 4 * MINUTES }, () => {
    const made = copy.run('make new-service NAME=cold-stores RESOURCE=ice-boxes')
    const tested = copy.run('vitest run --project unit --project external apps/cold-stores apps/settings.test.ts')

    expect(made.stderr).toBe('')
    expect(made.stdout.trim().split('\n')).toHaveLength(5)
    expect(tested.status, tested.stdout + tested.stderr).toBe(0)
  })

  test(`${PAGE} is true from line to line`, { timeout: 8 * MINUTES }, async () => {
    const page = readFileSync(join(copy.folder, PAGE), 'utf8')
    let process: ServiceProcess | undefined
    onTestFinished(() => process?.destroy())

    for (const step of readSteps(page)) {
      if (step.kind === 'start') process = await start(step.command)
      else play(step, process?.url)
    }
  })
})

/** Does what a step says; fails with the line of the page and what was printed instead. */
function play(step: Exclude<Step, { kind: 'start' }>, url = ''): void {
  if (step.kind === 'run') runAsTold(step, url)
  else writeAsTold(step)
}

function writeAsTold({ kind, path, text }: Extract<Step, { path: string }>): void {
  const file = join(copy.folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, kind === 'write' ? text : withItem(readFileSync(file, 'utf8'), text))
}

function runAsTold({ line, command, expected }: Extract<Step, { kind: 'run' }>, url: string): void {
  const { stdout, stderr, status } = copy.run(command.replaceAll('http://127.0.0.1:8000', url))
  const printed = status === 0 ? stdout : stdout + stderr
  const hint = `${PAGE}:${line} $ ${command}\nended with ${status} and printed\n${stdout}${stderr}`
  if (expected === '…') expect(status, hint).toBe(0)
  expect(isAsExpected(printed, expected), hint).toBe(true)
}

function withItem(collection: string, item: string): string {
  const parsed: { readonly item: unknown[] } = JSON.parse(collection)
  parsed.item.push(JSON.parse(item))
  return JSON.stringify(parsed, null, 2)
}

async function start(command: string): Promise<ServiceProcess> {
  const [program = '', ...args] = command.split(' ')
  const process = await createServiceProcess({ command: [program, ...args], cwd: copy.folder })
  await process.start()
  return process
}
