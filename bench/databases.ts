import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createLog } from '@mainspring/core'
import { createDatabase as openDatabase, openEngine } from '@mainspring/data'
import { sprockets } from '@mainspring/sprockets/app'
import { createDatabase, startPostgres } from '@mainspring/testing'
import pg from 'pg'
import type { Resource } from './resources/resource.ts'

/** The services whose tables are filled. */
const services = [sprockets]

/** The engines that are measured. */
export type EngineName = 'sqlite' | 'postgres'

/** Makes databases of one engine. Commits reach the disk before they are answered. */
export interface DatabaseSource {
  readonly engine: EngineName
  /** A new database with the tables of a resource's service, as its migrations make them, and so many rows. */
  readonly create: (resource: Resource, rows: number) => Promise<string>
  /** Makes of each row a thousand more, later ones, without asking the service. */
  readonly multiply: (url: string, resource: Resource) => Promise<void>
  /** A copy of a database that nobody has open. */
  readonly copy: (url: string) => Promise<string>
  readonly drop: (url: string) => Promise<void>
  readonly close: () => Promise<void>
}

export const openSource = (engine: EngineName): Promise<DatabaseSource> =>
  engine === 'sqlite' ? openFiles() : openServer()

async function openFiles(): Promise<DatabaseSource> {
  const folder = mkdtempSync(join(tmpdir(), 'mainspring-bench-'))
  let made = 0
  const newFile = () => `sqlite:${folder}/${made++}.db`
  return {
    engine: 'sqlite',
    async create(resource, rows) {
      const url = newFile()
      await fillDatabase(resource, url, rows)
      return url
    },
    async multiply(url, resource) {
      const database = new DatabaseSync(fileOf(url))
      const later = "strftime('%Y-%m-%dT%H:%M:%fZ', create_time, '+' || n || ' seconds')"
      database.exec(`PRAGMA cache_size = -500000; ${multiplication(resource, THOUSAND, later)}; ANALYZE`)
      database.close()
    },
    async copy(url) {
      const target = newFile()
      copyFileSync(fileOf(url), fileOf(target))
      return target
    },
    async drop(url) {
      for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(fileOf(url) + suffix, { force: true })
    },
    close: async () => rmSync(folder, { recursive: true }),
  }
}

const fileOf = (url: string): string => url.slice('sqlite:'.length)

async function openServer(): Promise<DatabaseSource> {
  const server = await startPostgres({ durable: true })
  const drops = new Map<string, () => Promise<void>>()
  const make = async (template?: string) => {
    const { url, drop } = await createDatabase(server.url, template === undefined ? {} : { template })
    drops.set(url, drop)
    return url
  }
  return {
    engine: 'postgres',
    async create(resource, rows) {
      const url = await make()
      await fillDatabase(resource, url, rows)
      return url
    },
    async multiply(url, resource) {
      const client = new pg.Client({ connectionString: url, options: `-c search_path=${resource.service}` })
      await client.connect()
      await client.query(
        multiplication(resource, 'generate_series(1, 1000) as n', "create_time + n * interval '1 second'"),
      )
      await client.query('VACUUM ANALYZE')
      await client.end()
    },
    copy: make,
    drop: async (url) => drops.get(url)?.(),
    close: () => server.destroy(),
  }
}

/** Migrates as an operator does, then writes rows past the door. */
export async function fillDatabase(
  { service: name, collection, body }: Resource,
  url: string,
  rows: number,
): Promise<void> {
  const main = fileURLToPath(new URL('../apps/main.ts', import.meta.url))
  const env = { PATH: process.env.PATH, ENV: 'production', DATABASE_URL: url }
  await promisify(execFile)(process.execPath, [main, 'migrate', name], { env })
  const service = services.find((each) => each.name === name)
  const entity = service?.entities.find((each) => each.collection === collection)
  if (!service || !entity) throw new Error(`${name} has no ${collection}.`)
  const engine = await openEngine({ url, service: name }, { log: createLog({ level: 'silent' }) })
  const database = openDatabase({ engine, entities: service.entities, clock: createSteps() })
  for (let from = 0; from < rows; from += 1000) {
    const bodies = Array.from({ length: Math.min(1000, rows - from) }, (_, index) => body(from + index))
    await database.write((db) => db.insertMany(entity, bodies))
  }
  await database.close()
}

const THOUSAND = '(with recursive s(n) as (select 1 union all select n + 1 from s where n < 1000) select n from s)'

/** `numbers` gives each n from 1 to 1000. */
function multiplication({ table, fields }: Resource, numbers: string, later: string): string {
  const names = Object.keys(fields).join(', ')
  return `INSERT INTO ${table} (id, ${names}, create_time, update_time, version)
    SELECT id || '-' || n, ${names}, ${later}, update_time, version FROM ${table}, ${numbers}`
}

/** A millisecond per row, as if they had come one by one. */
function createSteps() {
  let now = Date.UTC(2026, 0, 1)
  return { now: () => now++ }
}
