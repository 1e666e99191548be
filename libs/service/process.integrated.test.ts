import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createLog, text } from '@mainspring/core'
import { event, listener } from '@mainspring/events'
import { createWorkbench, describeEachEngine } from '@mainspring/testing'
import { afterAll, expect, test } from 'vitest'
import { startProcess } from './process.ts'

const log = createLog({ level: 'silent' })
const folder = mkdtempSync(join(tmpdir(), 'mainspring-process-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'letter.txt')
writeFileSync(file, 'Dear Sir or Madam, this is no database, and I am sorry for that.')

const start = (environment: Record<string, string>, ...names: readonly string[]) =>
  startProcess(names.map(createWorkbench), { DATABASE_URL: 'sqlite::memory:', PORT: '0', ...environment }, { log })

test.each([
  ['an ENV that does not exist', { ENV: 'prod' }, 'ENV=prod is not one of development, testing, staging, production.'],
  ['a host that others reach, without AUTH', { HOST: '0.0.0.0' }, 'AUTH must be set when ENV=development and HOST=0'],
  ['ENV=production without AUTH', { ENV: 'production' }, 'AUTH must be set when ENV=production'],
  ['ENV=staging without AUTH', { ENV: 'staging' }, 'AUTH must be set when ENV=staging'],
  ['a host that is not this one', { HOST: '192.0.2.1', AUTH: 'none' }, 'Nothing can listen on HOST=192.0.2.1 PORT=0'],
  ['a URL of no kind of database', { DATABASE_URL: 'oracle://me:secret@db/x' }, 'DATABASE_URL must be sqlite:FILE, '],
  ['a URL that is none', { ONE_DATABASE_URL: 'me:secret@db' }, 'ONE_DATABASE_URL must be sqlite:FILE, '],
  [
    'a collector at no URL',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://secret@:9' },
    'OTEL_EXPORTER_OTLP_ENDPOINT must be ',
  ],
  ['a Redis at no URL', { REDIS_URL: 'redis://secret@:9' }, 'REDIS_URL must be a URL, such as '],
  [
    'events that are given up before they may go',
    { EVENTS_AGE: '7d', EVENTS_HARD_AGE: '6d' },
    'EVENTS_HARD_AGE=6d must be 1h or more, and no less than EVENTS_AGE=7d.',
  ],
  [
    'events that are given up at once',
    { EVENTS_AGE: '1s', EVENTS_HARD_AGE: '59m' },
    'EVENTS_HARD_AGE=59m must be 1h or more, and no less than EVENTS_AGE=1s.',
  ],
  [
    'a file that is no database',
    { DATABASE_URL: `sqlite:${file}` },
    `${file} cannot be opened: file is not a database.`,
  ],
  ['a folder that is a file', { DATA_DIR: file, DATABASE_URL: '' }, 'one.db cannot be opened: EEXIST'],
])('a start with %s is refused, saying so', async (_, environment, reason) => {
  const starting = start(environment, 'one')

  await expect(starting).rejects.toThrow(reason)
  await expect(starting).rejects.not.toThrow('secret')
})

test('an embedded file for several services is refused, however it is written', async () => {
  const starting = start({ DATABASE_URL: 'sqlite:shared.db', TWO_DATABASE_URL: 'sqlite:./shared.db' }, 'one', 'two')

  await expect(starting).rejects.toThrow('is given to one and two: on SQLite each service needs a file of its own.')
})

test('in testing a service has a file of its own', async () => {
  const developed = await start({ DATA_DIR: folder, DATABASE_URL: '' }, 'one')

  const tested = await start({ DATA_DIR: folder, DATABASE_URL: '', ENV: 'testing' }, 'one')

  await Promise.all([developed.stop(), tested.stop()])
})

test('a start whose entities have no migration yet says how to draft one', async () => {
  const migrations = pathToFileURL(`${mkdtempSync(join(folder, 'undrafted-'))}/`)
  const undrafted = { ...createWorkbench('one'), migrations }

  const starting = startProcess([undrafted], { DATABASE_URL: 'sqlite::memory:', PORT: '0' }, { log })

  await expect(starting).rejects.toThrow('The entities of one changed, and no migration was drafted')
})

test('a start that wants new events of a broker that is away says which, and where to look', async () => {
  const fields = { name: text() }
  const Tolled = event('bells.tolled', fields, { subject: 'bells/{name}', description: 'A bell tolled.' })
  const hears = listener({ name: 'one.hear', event: Tolled, handle: async () => {} })
  const environment = { DATABASE_URL: 'sqlite::memory:', PORT: '0', TRANSPORT: 'nats', NATS_URL: 'nats://127.0.0.1:1' }

  const starting = startProcess([{ ...createWorkbench('one'), listeners: [hears] }], environment, { log })

  await expect(starting).rejects.toThrow(
    /^TRANSPORT=nats must be there for bells\.tolled, .* see NATS_URL\. .*refused\.$/,
  )
})

describeEachEngine('two services', (engine) => {
  test.skipIf(engine.name === 'sqlite')('share a server without meeting in it, and so do tests', async () => {
    const url = await engine.createUrl()
    const body = JSON.stringify({ label: 'mine' })
    const developed = await start({ DATABASE_URL: url }, 'one')
    await fetch(`${developed.url}/v1/pieces`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })

    const others = [
      await start({ DATABASE_URL: url }, 'two'),
      await start({ DATABASE_URL: url, ENV: 'testing' }, 'one'),
    ]

    const pieces = await Promise.all([developed, ...others].map(({ url }) => countPieces(url)))
    expect(pieces).toEqual([1, 0, 0])
    await Promise.all([developed, ...others].map(({ stop }) => stop()))
  })
})

async function countPieces(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/pieces`)
  return JSON.parse(await response.text()).results.length
}
