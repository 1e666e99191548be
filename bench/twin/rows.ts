import { createHash, randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Resource, StoredRow, Values } from '../resources/resource.ts'
import { pathOf } from './app.ts'
import { fieldProblem, invalidFields, Problem } from './problem.ts'

/** UUIDv7: the time, then chance. */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

/** The row that a checked body makes. */
export function newRow({ complete }: Resource, values: Values, id: string): StoredRow {
  const now = new Date().toISOString()
  const version = Math.floor(Math.random() * 2 ** 48)
  return { ...(complete(values) as StoredRow), id, create_time: now, update_time: now, version }
}

/** The fields that a client may write, after a merge patch. */
export function mergedFields({ fields }: Resource, row: StoredRow, patch: Values): Record<string, unknown> {
  const merged: Record<string, unknown> = {}
  for (const name of Object.keys(fields)) {
    const value = patch[name] === undefined ? row[name] : patch[name]
    if (value !== null) merged[name] = value
  }
  return merged
}

/** The tag of an answer that is kept. */
const keptTagOf = (body: string): string => `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`

/** The page of a list. */
export function sendPage(
  { present, is_cached }: Resource,
  request: FastifyRequest,
  reply: FastifyReply,
  rows: readonly StoredRow[],
  { next_page_token, total_size }: { readonly next_page_token: string | undefined; readonly total_size: unknown },
): FastifyReply {
  if (next_page_token !== undefined) reply.header('link', nextLink(request, next_page_token))
  const body = JSON.stringify({ results: rows.map(present), next_page_token, total_size })
  if (is_cached) {
    const etag = keptTagOf(body)
    reply.header('etag', etag)
    if (isUnchanged(request.headers['if-none-match'], etag)) return reply.code(304).send()
  }
  return reply.header('content-type', JSON_TYPE).send(body)
}

export const etagOf = ({ version }: StoredRow): string => `"${version.toString(36)}"`

export function requireMatch({ collection }: Resource, row: StoredRow, expected: string | undefined): void {
  if (expected === undefined || expected === '*' || expected.split(',').some((tag) => tag.trim() === etagOf(row)))
    return
  const path = `${collection}/${row.id}`
  throw new Problem('etag_mismatch', `${path} is not what it was when it was read: get it again.`, { path })
}

export const isUnchanged = (known: string | undefined, etag: string): boolean =>
  known !== undefined && (known === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))

export const notFound = ({ singular, collection }: Resource, id: string) =>
  new Problem('not_found', `There is no ${singular} with the id ${id}.`, { path: `${collection}/${id}` })

export const idTaken = (id: string, place = '') => {
  const detail = `The id ${JSON.stringify(id)} is taken.`
  return new Problem('already_exists', detail, {
    errors: [{ field: `${place}id`, code: 'already_exists', detail }],
    value: id,
  })
}

export function danglingReference({ references }: Resource, row: StoredRow, name: string, place = '') {
  const detail = `There is no ${references[name]?.singular} with the id ${row[name]}.`
  return fieldProblem('reference_not_found', `${place}${name}`, detail)
}

export function refuseMistakes({ findMistakes }: Resource, values: Values): void {
  const mistakes = findMistakes(values)
  if (mistakes.length > 0) throw invalidFields(mistakes)
}

/** The same of a batch, told of all its entries at once. */
export function refuseBatchMistakes({ findMistakes }: Resource, entries: readonly Values[]): void {
  const mistakes = entries.flatMap((values, index) =>
    findMistakes(values).map((mistake) => ({ ...mistake, field: `requests[${index}].${mistake.field}` })),
  )
  if (mistakes.length > 0) throw invalidFields(mistakes)
}

export function refuseDuplicates(entries: readonly Values[]): void {
  const seen = new Set<unknown>()
  for (const [index, { id }] of entries.entries()) {
    if (id !== undefined && seen.has(id)) {
      throw fieldProblem('duplicate_id', `requests[${index}].id`, `The id ${String(id)} is in this batch twice.`)
    }
    seen.add(id)
  }
}

export function refuseIfMatch({ headers }: FastifyRequest): void {
  if (headers['if-match'] === undefined) return
  throw fieldProblem('precondition_not_supported', 'If-Match', 'A batch takes no If-Match; give each entry its etag.')
}

/** An answer before it is sent: it may be kept under an Idempotency-Key. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const answerOf = ({ present }: Resource, row: StoredRow): Answer => ({
  status: 200,
  headers: { etag: etagOf(row) },
  body: JSON.stringify(present(row)),
})

export const createdAnswer = ({ collection, present }: Resource, row: StoredRow): Answer => ({
  status: 201,
  headers: { etag: etagOf(row), location: `/v1/${collection}/${row.id}` },
  body: JSON.stringify(present(row)),
})

export const batchAnswer = ({ present }: Resource, rows: readonly StoredRow[]): Answer => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ results: rows.map(present) }),
})

export function send(reply: FastifyReply, { status, headers, body }: Answer): void {
  reply.code(status).headers(headers).header('content-type', JSON_TYPE).send(body)
}

export const JSON_TYPE = 'application/json; charset=utf-8'

/** What is kept of a request that carries an Idempotency-Key. */
export interface KeyedRequest {
  readonly caller: string
  readonly key: string
  readonly fingerprint: string
}

export function keyOf(request: FastifyRequest): KeyedRequest | undefined {
  const header = request.headers['idempotency-key']
  if (typeof header !== 'string') return undefined
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw invalidKey()
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([request.method, pathOf(request.url), request.query, request.body]))
    .digest('hex')
  return { caller: request.ip, key, fingerprint }
}

const invalidKey = () =>
  fieldProblem(
    'idempotency_key_invalid',
    'Idempotency-Key',
    'An Idempotency-Key has 1 to 255 printable ASCII characters.',
  )

/** How long (milliseconds) an answer is kept. */
export const KEPT_FOR = 24 * 3_600_000

/** A kept answer as its table holds it. */
export interface KeptAnswer {
  readonly fingerprint: string
  readonly status: number
  readonly headers: string
  readonly body: string
  readonly create_time: string
}

export function replay(kept: KeptAnswer, { fingerprint }: KeyedRequest): Answer {
  if (kept.fingerprint !== fingerprint) {
    throw fieldProblem(
      'idempotency_key_reused',
      'Idempotency-Key',
      'This Idempotency-Key was used for another request: another method, path, query or body.',
    )
  }
  return {
    status: kept.status,
    headers: { ...JSON.parse(kept.headers), 'idempotency-replayed': 'true' },
    body: kept.body,
  }
}

/** The path of the next page, with all parameters that have a value. */
function nextLink(request: FastifyRequest, token: string): string {
  const { skip: _, ...rest } = request.query as Record<string, unknown>
  const given = Object.entries({ ...rest, page_token: token })
  return `<${pathOf(request.url)}?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}>; rel="next"`
}
