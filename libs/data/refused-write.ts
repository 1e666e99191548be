import { invalid } from '@mainspring/core'
import { DatabaseFault } from './engine.ts'
import type { Entity, RowOf } from './entity.ts'
import type { AnyTables, Selects } from './query.ts'
import type { Reader } from './reader.ts'
import { taken } from './refusals.ts'
import { referenceOf, type Table } from './table.ts'

/** What the refusal of a row means to the caller; what is no refusal stays as it is. */
export async function refusalOf(db: Reader, entity: Entity, row: RowOf<unknown>, error: unknown): Promise<unknown> {
  if (!(error instanceof DatabaseFault)) return error
  if (error.kind === 'unique') return taken(entity, row, error)
  if (error.kind === 'foreign_key') return danglingReference(db, entity, row, error)
  if (error.kind === 'check') {
    const detail = 'The database refused the values of this row.'
    return invalid('rule_broken', { detail, cause: error, ...(error.constraint ? { rule: error.constraint } : {}) })
  }
  return error
}

async function danglingReference(
  db: Reader,
  entity: Entity,
  row: RowOf<unknown>,
  error: DatabaseFault,
): Promise<unknown> {
  for (const [name, field] of Object.entries(entity.columns)) {
    const target = referenceOf(field)
    const id: unknown = Reflect.get(row, name)
    if (!target || id === null) continue
    const isNamed = error.constraint === `${entity.name}_${name}_foreign`
    // SQLite names no constraint, but unlike the others it can still be asked.
    if (isNamed || (error.constraint === undefined && !(await isThere(db, target.name, id)))) {
      const detail = `There is no ${singularOf(target)} with the id ${id}.`
      return invalid('reference_not_found', { field: name, detail, cause: error })
    }
  }
  return invalid('reference_not_found', { detail: 'Something that it refers to is not there.', cause: error })
}

async function isThere(db: Reader, table: string, id: unknown): Promise<boolean> {
  const rows = await db.query((query: Selects<AnyTables>) => query.selectFrom(table).select('id').where('id', '=', id))
  return rows.length > 0
}

/** A plain table has no name for one of its rows. */
const singularOf = (table: Table | Entity): string => ('singular' in table ? table.singular : table.name)
