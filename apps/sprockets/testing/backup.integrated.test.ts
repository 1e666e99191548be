import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ServiceProcess } from '@mainspring/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { backUp, commandsOf, createService, destroyAll, manifestOf, markOf, post } from './backups.ts'

const SPROCKET = { teeth: 5, pitch_diameter: 5, outside_diameter: 6, pitch: 1 }

afterAll(destroyAll)

test('a backup of a process under load has what was acknowledged before, whole, and can be restored', async () => {
  const service = await createService()
  await service.start()
  const first = await post(service, '/v1/sprockets', SPROCKET, { 'idempotency-key': 'one' })
  const page = JSON.parse(await (await fetch(`${service.url}/v1/sprockets?max_page_size=1`)).text())
  const writer = startWriters(service)
  await vi.waitFor(() => expect(writer.acknowledged.length).toBeGreaterThan(20), { timeout: 10_000 })

  const before = [...writer.acknowledged]
  const backup = await backUp(service)
  const meanwhile = writer.acknowledged.length - before.length
  await writer.stop()
  await service.end('SIGTERM')
  const restored = await (await commandsOf(service)).run(['restore', backup])
  await service.start()

  expect(meanwhile).toBeGreaterThan(0)
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining('What was there is kept:\n') })
  const there = await idsOf(service)
  expect(before.flat().filter((id) => !there.has(id))).toEqual([])
  const halves = writer.sent.filter((batch) => ![0, batch.length].includes(batch.filter((id) => there.has(id)).length))
  expect(halves).toEqual([])
  const again = await post(service, '/v1/sprockets', SPROCKET, { 'idempotency-key': 'one' })
  expect(again).toEqual(first)
  const next = await fetch(`${service.url}/v1/sprockets?max_page_size=1&page_token=${page.next_page_token}`)
  expect(next.status).toBe(200)
})

describe.concurrent('a backup', () => {
  let service: ServiceProcess
  let backup: string
  beforeAll(async () => {
    service = await createService()
    await service.start()
    backup = await backUp(service)
  })

  test('says what it is of, and is made of one file for each service', () => {
    const manifest = manifestOf(backup)

    expect(readdirSync(backup).sort()).toEqual(['manifest.json', 'sprockets.db'])
    expect(manifest).toMatchObject({
      application: 'mainspring',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      services: {
        sprockets: {
          migration: expect.stringMatching(/^sprockets\/\d{4}_/),
          files: { 'sprockets.db': markOf(join(backup, 'sprockets.db')) },
        },
      },
    })
  })

  test('is not restored while a process has the database', async () => {
    const { code, output } = await (await commandsOf(service)).run(['restore', backup])

    expect(output).toBe(`A process has ${service.folder}/data/sprockets.db open: stop it first.\n`)
    expect(code).toBe(1)
  })

  test.each<readonly [what: string, spoil: (folder: string) => void, says: string]>([
    ['damaged', (folder) => writeFileSync(join(folder, 'sprockets.db'), 'x'), 'is damaged: its checksum is wrong.'],
    [
      'broken when it was made',
      (folder) => {
        writeFileSync(join(folder, 'sprockets.db'), 'x'.repeat(9_000))
        describeAnew(folder)
      },
      'is damaged: file is not a database',
    ],
    [
      'of something else',
      (folder) => writeFileSync(join(folder, 'manifest.json'), '{}'),
      'is no backup of Mainspring.',
    ],
    [
      'of nothing in particular',
      (folder) => writeFileSync(join(folder, 'manifest.json'), '{ "application": "mainspring", "format": 1 }'),
      'has a manifest that does not say what is in it.',
    ],
    [
      'without its manifest',
      (folder) => writeFileSync(join(folder, 'manifest.json'), ''),
      'is no backup of Mainspring.',
    ],
    [
      'of another service',
      (folder) => describeAnew(folder, { services: { cogs: { migration: null, files: {} } } }),
      'has cogs, a service that is not here. Name those to restore.',
    ],
    [
      'of a newer kind',
      (folder) => describeAnew(folder, { format: 2, version: '9.0.0' }),
      'was made by a newer version (9.0.0), which is needed to restore it.',
    ],
    [
      'of a newer database',
      (folder) => {
        migrateFurther(join(folder, 'sprockets.db'))
        describeAnew(folder)
      },
      'The database is newer than this code: the migration sprockets/9999_later.sql is applied there',
    ],
  ])('that is %s is refused, and nothing is touched', async (_, spoil, says) => {
    const other = await createService()
    await other.start()
    await other.end('SIGTERM')
    const spoilt = join(other.folder, 'spoilt')
    cpSync(backup, spoilt, { recursive: true })
    spoil(spoilt)
    const before = readdirSync(join(other.folder, 'data'))

    const { code, output } = await (await commandsOf(other)).run(['restore', spoilt])

    expect(output).toContain(says)
    expect(output).not.toContain('    at ')
    expect(code).toBe(1)
    expect(readdirSync(join(other.folder, 'data'))).toEqual(before)
  })

  test('is restored where nothing was yet', async () => {
    const other = await createService()

    const { code, output } = await (await commandsOf(other)).run(['restore', backup, 'sprockets'])
    await other.start()

    expect(output).toMatch(/^sprockets {2}is as it was at 2.*Z\n$/)
    expect(code).toBe(0)
    expect((await idsOf(other)).size).toBe(3)
  })

  test.each([
    ['postgres://me:secret@db/shop', 'it is on postgres://db/shop, which pg_dump backs up; see docs/operations.md.'],
    ['mysql://me:secret@db/shop', 'it is on mysql://db/shop, which mariadb-dump or mysqldump backs up'],
    ['sqlite::memory:', 'it is in memory alone.'],
    ['sqlite:nowhere.db', 'sprockets has nothing to back up: nowhere.db is not there.'],
  ])('of %s says what else to do', async (url, says) => {
    const other = await createService({ DATABASE_URL: url })

    const backedUp = await other.run(['backup', '--to', join(other.folder, 'backups')])

    expect(backedUp.output).toContain(says)
    expect(backedUp.output).not.toContain('secret')
    expect(backedUp.code).toBe(1)
    expect(existsSync(join(other.folder, 'backups'))).toBe(false)
  })
})

/** Makes sprockets, five at once, until it is stopped. */
function startWriters(service: ServiceProcess) {
  const sent: (readonly string[])[] = []
  const acknowledged: (readonly string[])[] = []
  let goesOn = true
  const all = Array.from({ length: 8 }, async () => {
    while (goesOn) {
      const batch = Array.from({ length: 5 }, () => randomUUID())
      sent.push(batch)
      await post(service, '/v1/sprockets:batch-create', { requests: batch.map((id) => ({ id, ...SPROCKET })) })
      acknowledged.push(batch)
    }
  })
  return {
    sent,
    acknowledged,
    async stop() {
      goesOn = false
      await Promise.all(all)
    },
  }
}

async function idsOf(service: ServiceProcess): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for (let token = ''; ; ) {
    const response = await fetch(`${service.url}/v1/sprockets?max_page_size=1000&page_token=${token}`)
    const page: { results: readonly { id: string }[]; next_page_token?: string } = JSON.parse(await response.text())
    for (const { id } of page.results) ids.add(id)
    if (page.next_page_token === undefined) return ids
    token = page.next_page_token
  }
}

/** Makes the manifest fit what is in the backup, and say other things besides. */
function describeAnew(folder: string, changes: object = {}): void {
  const files = { 'sprockets.db': markOf(join(folder, 'sprockets.db')) }
  const services = { sprockets: { migration: null, files } }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifestOf(folder), services, ...changes }))
}

function migrateFurther(file: string): void {
  const database = new DatabaseSync(file)
  database.exec(`insert into mainspring_migrations values ('sprockets', '9999_later.sql', 'x', 1, '2099-01-01')`)
  database.close()
}
