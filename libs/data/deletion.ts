import type { Fields } from '@mainspring/core'
import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import { type Connection, DatabaseFault } from './engine.ts'
import { type Entity, type RowOf, VERSION } from './entity.ts'
import type { AnyTables, Query } from './query.ts'
import type { Reader, Shared } from './reader.ts'
import { dependents, rowChanged, stillDepended } from './refusals.ts'

/** The unit of work in which rows are deleted: what of a `Writer` it takes, which deletes by it. */
export interface Deleting {
  readonly db: Pick<Reader, 'count'> & {
    readonly execute: (build: (query: Kysely<AnyTables>) => Query<unknown>) => Promise<number>
    readonly pagesForUpdate: (entity: Entity, where: Expression<SqlBool>) => AsyncIterable<readonly RowOf<Fields>[]>
  }
  readonly shared: Shared
  readonly connection: Connection
  /** Told the path of each row that was deleted as it was read. */
  readonly onDeleted: (path: string) => void
}

/**
 * Deletes a row as it was read. Rows that point at it keep it there, or with `force` go first. `going` are the rows that are
 * being deleted already: those that depend on each other end there.
 */
export async function deleteRow(
  deleting: Deleting,
  entity: Entity,
  row: RowOf<unknown>,
  force: boolean,
  going: ReadonlySet<string> = new Set([row.path]),
): Promise<void> {
  const { db, shared, connection, onDeleted } = deleting
  for (const { entity: dependent, columns } of shared.dependentsOf(entity)) {
    const terms = columns.map((column) => sql`${sql.ref(column)} = ${row.id}`)
    const where = sql<SqlBool>`(${sql.join(terms, sql` or `)})`
    if (force) await deleteAll(deleting, dependent, where, going)
    else await refuseAny(db, dependent, where)
  }
  const statement = shared.statementsOf(entity).delete
  const { affected } = await connection.run(statement, [row.id, row[VERSION]], true).catch((error: unknown) => {
    const isDepended = error instanceof DatabaseFault && error.kind === 'foreign_key'
    throw isDepended ? stillDepended(row.path, error) : error
  })
  if (affected === 0) throw rowChanged(row.path)
  onDeleted(row.path)
}

async function refuseAny(db: Deleting['db'], entity: Entity, where: Expression<SqlBool>): Promise<void> {
  const count = await db.count(entity, where)
  if (count > 0) throw dependents(entity, count)
}

/** Deletes what matches, and what depends on it. Rows are locked before they are read: nobody changes them meanwhile. */
async function deleteAll(
  deleting: Deleting,
  entity: Entity,
  where: Expression<SqlBool>,
  going: ReadonlySet<string>,
): Promise<void> {
  const { db, shared } = deleting
  if (shared.dependentsOf(entity).length === 0) {
    await db.execute((query) => query.deleteFrom(entity.name).where(where))
    return
  }
  for await (const rows of db.pagesForUpdate(entity, where)) {
    for (const row of rows) {
      if (!going.has(row.path)) await deleteRow(deleting, entity, row, true, new Set([...going, row.path]))
    }
  }
}
