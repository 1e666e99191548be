import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, createLog, type IdSource } from '@mainspring/core'
import {
  createDatabase,
  type Database,
  draftMigration,
  type Entity,
  migrate,
  openEngine,
  type Table,
} from '@mainspring/data'

/** What a test's database is made of. */
export interface EntityDatabaseOptions {
  readonly entities: readonly Entity[]
  /** Plain tables beside the entities. */
  readonly tables?: readonly Table[]
  /** Leads to the server itself when the URL leads to a pooler. */
  readonly direct_url?: string
  /** Names the schema. */
  readonly service?: string
  readonly pool_size?: number
  readonly clock?: Clock
  readonly newId?: IdSource
}

/**
 * Opens the empty database at a URL, drafts and applies the migrations of some entities, and gives it to the caller, who
 * closes it. The same way as a service's: what is tested is what runs.
 */
export async function openEntities(url: string, options: EntityDatabaseOptions): Promise<Database> {
  const { entities, tables = [], direct_url, service = 'test', pool_size = 10, ...rest } = options
  const log = createLog({ level: 'silent' })
  const engine = await openEngine({ url, direct_url, service }, { log, pool_size })
  const directory = await mkdtemp(join(tmpdir(), 'mainspring-entities-'))
  try {
    const set = { name: 'test', directory, tables: [...entities, ...tables] }
    draftMigration(set, 'initial')
    await migrate(engine, [set], log)
  } finally {
    await rm(directory, { recursive: true })
  }
  return createDatabase({ engine, entities, ...rest })
}
