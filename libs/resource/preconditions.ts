import { notFound, precondition } from '@mainspring/core'
import { type Entity, etagOf, type RowOf } from '@mainspring/data'
import type { Request } from '@mainspring/http'

/** The row that a write is about, or `not_found`; `If-Match` must hold for it (RFC 9110, section 13.1.1: strong comparison). */
export function requireMatch<C>(entity: Entity, id: string, row: RowOf<C> | undefined, request: Request): RowOf<C> {
  if (!row) throw missing(entity, id)
  const expected = request.header('if-match')
  if (expected !== undefined && !matches(expected, etagOf(row))) throw stale(entity, id)
  return row
}

/** The same for an entry of a batch, which carries its `etag` in the body. */
export function requireEtag<C>(
  entity: Entity,
  id: string,
  row: RowOf<C> | undefined,
  etag: string | undefined,
): RowOf<C> {
  if (!row) throw missing(entity, id)
  if (etag !== undefined && etag !== etagOf(row)) throw stale(entity, id)
  return row
}

/** What PUT may find: `If-None-Match: *` only makes, `If-Match` only replaces. */
export function checkApply<C>(entity: Entity, id: string, row: RowOf<C> | undefined, request: Request): void {
  if (row && request.header('if-none-match')?.trim() === '*') {
    throw precondition('already_there', {
      detail: `${entity.collection}/${id} is there already.`,
      field: 'If-None-Match',
    })
  }
  if (row) requireMatch(entity, id, row, request)
  else if (request.header('if-match') !== undefined) throw stale(entity, id)
}

const matches = (header: string, etag: string): boolean =>
  header.trim() === '*' || header.split(',').some((candidate) => candidate.trim() === etag)

/** There is no such resource. */
export const missing = (entity: Entity, id: string) =>
  notFound('not_found', {
    detail: `There is no ${entity.singular} with the id ${id}.`,
    path: `${entity.collection}/${id}`,
  })

const stale = (entity: Entity, id: string) =>
  precondition('etag_mismatch', {
    detail: `${entity.collection}/${id} is not what it was when its ETag was read; get it again.`,
  })
