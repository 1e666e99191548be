import { type AppError, conflict, type FieldError, notFound, precondition } from '@mainspring/core'
import type { DatabaseFault } from './engine.ts'
import type { Entity, RowOf } from './entity.ts'
import { describeTable } from './table.ts'

/** There is no row with this id. */
export const rowNotFound = (entity: Entity, id: string) =>
  notFound('not_found', {
    detail: `There is no ${entity.singular} with the id ${id}.`,
    path: `${entity.collection}/${id}`,
  })

/** The row is not what it was when it was read. */
export const rowChanged = (path: string) =>
  precondition('etag_mismatch', { detail: `${path} is not what it was when it was read: get it again.`, path })

/** So many rows of `entity` point at the one that was to go. */
export const dependents = (entity: Entity, count: number) =>
  conflict('has_dependents', {
    detail: `${count} ${entity.collection} depend on it; delete them first, or use force=true.`,
    dependents: count,
  })

/** Rows came to point at it while it was to go, or could not go before it. */
export const stillDepended = (path: string, cause: unknown) =>
  conflict('has_dependents', { detail: `Others still depend on ${path}.`, path, cause })

/** An id or another unique value is taken; the fault tells which. Of a derived column nobody knows: it is told as what it follows from. */
export function taken(entity: Entity, row: RowOf<unknown>, fault: DatabaseFault): AppError {
  const index = describeTable(entity).indexes.find(
    ({ name, columns }) => name === fault.constraint || `${entity.name}.${columns[0]}` === fault.constraint,
  )
  const column = index?.columns[0] ?? 'id'
  const field = entity.derived[column]?.of[0] ?? column
  const value: unknown = Reflect.get(row, field)
  const errors: FieldError[] = [
    { field, code: 'already_exists', detail: `The ${field} ${JSON.stringify(value)} is taken.` },
  ]
  return conflict('already_exists', { errors, value, cause: fault })
}
