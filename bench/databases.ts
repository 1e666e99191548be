import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { budget } from '@mainspring/budget/app'
import { createLog } from '@mainspring/core'
import { createDatabase as openDatabase, openEngine } from '@mainspring/data'
import { snacks } from '@mainspring/snacks/app'
import { sprockets } from '@mainspring/sprockets/app'
import { createDatabase, startPostgres } from '@mainspring/testing'
import pg from 'pg'
import type { Resource, Values } from './resources/resource.ts'
import { mainFile } from './servers.ts'

/** The services whose tables are filled. */
const services = [sprockets, budget, snacks]

/** The engines that are measured. */
export type EngineName = 'sqlite' | 'postgres'

/** Makes databases of one engine. Commits reach the disk before they are answered. */
export interface DatabaseSource {
  readonly engine: EngineName
  /** A new database with the tables of a resource's service, as its migrations make them, and so many rows. */
  readonly create: (resource: Resource, rows: number) => Promise<string>
  /** A new database without any tables. */
  readonly createEmpty: () => Promise<string>
  /** Makes of each row a thousand more, later ones, without asking the service. */
  readonly multiply: (url: string, resource: Resource) => Promise<void>
  /** A copy of a database that nobody has open. */
  readonly copy: (url: string) => Promise<string>
  readonly drop: (url: string) => Promise<void>
  /** A new database with the tables of all services, by the setting that names it; it lives as long as the source. */
  readonly createForAll: () => Promise<Settings>
  readonly close: () => Promise<void>
}

/** Environment variables. */
export type Settings = Readonly<Record<string, string>>

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
    createEmpty: async () => newFile(),
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
    async createForAll() {
      const settings = { DATA_DIR: `${folder}/all-${made++}` }
      await migrate(settings)
      return settings
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
    createEmpty: () => make(),
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
    async createForAll() {
      const settings = { DATABASE_URL: await make() }
      await migrate(settings)
      return settings
    },
    close: () => server.destroy(),
  }
}

/** Migrates as an operator does, then writes rows past the door. */
export async function fillDatabase(resource: Resource, url: string, rows: number): Promise<void> {
  const { service: name, collection, body, foundation } = resource
  await migrate({ DATABASE_URL: url }, name)
  const service = services.find((each) => each.name === name)
  if (!service) throw new Error(`There is no service ${name}.`)
  const engine = await openEngine({ url, service: name }, { log: createLog({ level: 'silent' }) })
  const database = openDatabase({ engine, entities: service.entities, clock: createSteps() })
  for (const { collection, rows } of foundation) await insert(collection, rows)
  for (let from = 0; from < rows; from += 1000) {
    await insert(
      collection,
      Array.from({ length: Math.min(1000, rows - from) }, (_, index) => body(from + index)),
    )
  }
  await database.close()

  async function insert(collection: string, bodies: readonly Values[]): Promise<void> {
    const entity = service?.entities.find((each) => each.collection === collection)
    if (!entity) throw new Error(`${name} has no ${collection}.`)
    await database.write((db) => db.insertMany(entity, bodies))
  }
}

async function migrate(settings: Settings, ...services: readonly string[]): Promise<void> {
  const env = { PATH: process.env.PATH, ENV: 'production', ...settings }
  await promisify(execFile)(process.execPath, [mainFile, 'migrate', ...services], { env })
}

const THOUSAND = '(with recursive s(n) as (select 1 union all select n + 1 from s where n < 1000) select n from s)'

/** `numbers` gives each n from 1 to 1000. */
function multiplication({ table, stored }: Resource, numbers: string, later: string): string {
  const names = Object.keys(stored).join(', ')
  return `INSERT INTO ${table} (id, ${names}, create_time, update_time, version)
    SELECT id || '-' || n, ${names}, ${later}, update_time, version FROM ${table}, ${numbers}`
}

/** A millisecond per row, as if they had come one by one. */
function createSteps() {
  let now = Date.UTC(2026, 0, 1)
  return { now: () => now++ }
}
