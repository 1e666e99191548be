import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Press, startPress } from '../operations/testing/press.ts'
import { runOps } from './ops.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const PATIENT = { timeout: 20_000, interval: 30 }

let press: Press
beforeAll(async () => {
  press = await startPress('sqlite::memory:')
  await press.write('loud!', 'louder!')
})
afterAll(() => press.stop())

const ops = async (...args: readonly string[]) => ({
  out: '',
  ...(await runOps([...args, `--url=${press.url}`, '--actor=ada'])),
})

test('a terminal leads from what is dead to its replay', async () => {
  await vi.waitFor(async () => expect((await ops('status')).out).toMatch(/library\.print +queue .* 2 +0 +-$/m), PATIENT)

  const causes = await ops('causes', '--consumer=library.print')
  const { results } = JSON.parse((await ops('dead', '--consumer=library.print', '--json')).out)
  const [first, second] = results.map(({ id }: { readonly id: string }) => id)
  const edited = await ops('edit', first, '{"spelling":"quiet"}')
  const told = await ops('replay', '--cause=rule_broken', '--consumer=library.print')
  const one = await ops('replay', first)
  await vi.waitFor(async () => expect(await press.prints()).toEqual(['queue: quiet']), PATIENT)
  const rest = await ops('discard', '--consumer=library.print', '--yes')
  const log = await ops('log', '--consumer=library.print')

  expect(causes.out).toMatch(/^COUNT +LISTENER OR QUEUE +CAUSE .*\n +2 +library\.print +rule_broken /)
  expect(edited.out).toContain('ada: edit, it was {"spelling":"loud!"}')
  expect(told.out).toContain('2 dead letters would be tried again. Say --yes to do it.')
  expect(one).toMatchObject({ code: 0, out: `${first} is tried again.` })
  expect(rest).toMatchObject({ code: 0, out: '1 dead letters are discarded.' })
  expect(log.out).toMatch(new RegExp(`discard .* ${second}\n.*replay .* ${first}\n.*edit .* ${first}$`))
})

test('a queue is paused and goes on', async () => {
  const paused = await ops('pause', 'library.print')
  const status = await ops('status')
  const resumed = await ops('resume', 'library.print')

  expect(paused.out).toContain('library.print is paused')
  expect(status.out).toMatch(/library\.print .* paused$/m)
  expect(resumed.out).toBe('library.print goes on.')
})

test('what would be forgotten is told before, and that it cannot be while some code has it', async () => {
  const { code, out } = await ops('forget', 'library.copy')

  expect(code).toBe(0)
  expect(out).toContain('library.copy is in the code of what runs here, and cannot be forgotten.')
})

test('a subject is erased when that was seen and said, and the log has by whom', async () => {
  const { results } = JSON.parse((await ops('dead', '--consumer=library.copy', '--json')).out)
  const subject = results[0].key

  const told = await ops('erase', subject)
  const done = await ops('erase', subject, '--yes')
  const again = await ops('erase', subject, '--service=library')
  const log = await ops('log')

  expect([told, done, again].map(({ out }) => out)).toEqual([
    `2 events and 1 items of ${subject} would be erased, for good. Say --yes to do it.`,
    `2 events and 1 items of ${subject} are erased.`,
    `0 events and 0 items of ${subject} would be erased, for good. Say --yes to do it.`,
  ])
  expect((await ops('dead', `--key=${subject}`)).out).toBe('There is no dead letter.')
  expect(log.out).toMatch(new RegExp(`ada +erase +- +${subject}$`, 'm'))
})

test('each end has its code and one sentence', async () => {
  const stranger = createServer((_, response) => response.end('<h1>It works!</h1>')).listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  const address = stranger.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`

  const ends = [
    await runOps(['--help']),
    await ops('show', 'library-4711'),
    await ops('forget', 'library.copy', '--yes'),
    await ops('dead', '--limit=many'),
    await ops('juggle'),
    await ops('replay'),
    await ops('edit', 'library-1', 'no JSON'),
    await ops('status', '--colour'),
    await ops('status', 'rentals'),
    await ops('dead', 'library.copy', 'library.print'),
    await ops('show', 'library-1', 'library-2'),
    await runOps(['status', '--url=']),
    await runOps(['status', '--url=there']),
    await runOps(['status', `--url=${url}`]),
  ]
  stranger.close()
  await once(stranger, 'close')
  const unanswered = await runOps(['status', `--url=${url}`])

  expect([...ends, unanswered].map(({ code, err }) => [code, err])).toEqual([
    [0, undefined],
    [1, 'There is no dead letter library-4711.'],
    [1, 'library.copy is declared by library, which runs here.'],
    [1, 'max_page_size: Must be a whole number.'],
    [2, 'There is no command juggle: see npm run ops -- --help'],
    [2, 'replay takes ids, or says which: --cause=…, --consumer=…'],
    [2, 'The payload is not JSON: no JSON'],
    [2, expect.stringMatching(/^Unknown option '--colour'/)],
    [2, 'status takes no names: rentals'],
    [2, 'dead takes no names: library.copy library.print'],
    [2, 'show takes one name.'],
    [2, '--url takes a URL, such as http://127.0.0.1:8000.'],
    [2, '--url takes a URL, such as http://127.0.0.1:8000.'],
    [3, `${url} answers 200, but not as a server of these services; --url names another.`],
    [3, `No server answers at ${url} (ECONNREFUSED); --url names another one.`],
  ])
})

test('the program prints what it is told and ends with the code', async () => {
  const ended = await promisify(execFile)(process.execPath, [MAIN, 'show', 'x-1', `--url=${press.url}`]).catch(
    (error) => error,
  )

  expect([ended.code, ended.stdout, ended.stderr]).toEqual([1, '', 'There is no dead letter x-1.\n'])
})
