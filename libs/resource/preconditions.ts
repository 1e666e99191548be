import { precondition } from '@mainspring/core'
import { etagOf, type RowOf, rowChanged } from '@mainspring/data'
import type { Request } from '@mainspring/http'

/** Answers the row that a write is about if its `If-Match` holds (RFC 9110, section 13.1.1: strong comparison). */
export function requireMatch<C>(row: RowOf<C>, request: Request): RowOf<C> {
  const expected = request.header('if-match')
  if (expected !== undefined && !matches(expected, etagOf(row))) throw rowChanged(row.path)
  return row
}

/** The same for an entry of a batch, which may carry an `etag` in the body. */
export function requireEtag<C>(row: RowOf<C>, etag: unknown): RowOf<C> {
  if (typeof etag === 'string' && etag !== etagOf(row)) throw rowChanged(row.path).within('etag')
  return row
}

/** What PUT may find: `If-None-Match: *` only makes, `If-Match` only replaces. */
export function checkApply<C>(path: string, row: RowOf<C> | undefined, request: Request): void {
  if (row && request.header('if-none-match')?.trim() === '*') {
    throw precondition('already_there', { detail: `${path} is there already.`, field: 'If-None-Match' })
  }
  if (row) requireMatch(row, request)
  else if (request.header('if-match') !== undefined) throw rowChanged(path)
}

const matches = (header: string, etag: string): boolean =>
  header.trim() === '*' || header.split(',').some((candidate) => candidate.trim() === etag)
