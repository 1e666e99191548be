import { createLog } from '@mainspring/core'
import { startProcess } from '@mainspring/service'
import { sprockets } from '@mainspring/sprockets/app'
import { createServiceProcess, describeEngine } from '@mainspring/testing'
import { describe, expect, onTestFinished, test } from 'vitest'

const INSTANCES = 10
/** Milliseconds; on a machine that does nothing else it is a seventh of it. */
const READY_WITHIN = 3_000

type Line = Readonly<Record<string, unknown>>

test('a service is ready soon after it is started', async () => {
  const service = await createServiceProcess()
  onTestFinished(() => service.destroy())
  await service.start() // reads the disk, migrates
  await service.end('SIGTERM')

  const began = performance.now()
  await service.start()

  expect(performance.now() - began).toBeLessThan(READY_WITHIN)
})

describeEngine('postgres', 'ten processes that start at once on an empty database', (engine) => {
  test('migrate once, load the fixtures once, and all become ready', async () => {
    const env = { DATABASE_URL: await engine.createUrl(), DATABASE_POOL_SIZE: '3' }
    const processes = await Promise.all(Array.from({ length: INSTANCES }, () => createServiceProcess({ env })))
    onTestFinished(async () => void (await Promise.all(processes.map((each) => each.destroy()))))

    await Promise.all(processes.map((each) => each.start(['sprockets'])))

    expectDoneOnce(processes.flatMap(({ log }) => log))
    for (const { url } of processes) await expectFixtures(url)
  })
})

// Here they are closer together than ten processes on few cores can be.
describe.concurrent('ten instances that start at once', () => {
  for (const name of ['postgres', 'mysql'] as const) {
    describeEngine(name, 'in one process', (engine) => {
      test('migrate an empty database once, and load the fixtures once', async () => {
        const url = await engine.createUrl()

        const log = await startAll({ DATABASE_URL: url })

        expectDoneOnce(log)
      })

      test('load the fixtures once where nothing is to be migrated', async () => {
        const env = { DATABASE_URL: await engine.createUrl(), ENV: 'production', AUTH: 'none' }
        await startAll({ ...env, ENV: 'development', FIXTURES: '0' }, 1)

        const log = await startAll({ ...env, FIXTURES: '1' })

        expect(loadedIn(log)).toEqual(['factories', 'sprockets'])
      })
    })
  }
})

async function startAll(environment: Record<string, string>, count = INSTANCES): Promise<readonly Line[]> {
  const lines: Line[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line)) })
  const start = () => startProcess([sprockets], { PORT: '0', DATABASE_POOL_SIZE: '3', ...environment }, { log })
  const instances = await Promise.all(Array.from({ length: count }, start))
  await Promise.all(instances.map(({ stop }) => stop()))
  return lines
}

function expectDoneOnce(log: readonly Line[]): void {
  const migrated = log.filter(({ message }) => message === 'migrated').map(({ migration }) => migration)
  expect(migrated).toContain('sprockets/0001_initial.sql')
  expect(new Set(migrated).size).toBe(migrated.length)
  expect(loadedIn(log)).toEqual(['factories', 'sprockets'])
}

const loadedIn = (log: readonly Line[]) =>
  log
    .filter(({ message }) => message === 'loaded fixtures')
    .map(({ collection }) => collection)
    .sort()

async function expectFixtures(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/factories`)
  expect(await response.json()).toMatchObject({ results: [{ id: '1' }, { id: '2' }, { id: '3' }] })
}
