import { createHash } from 'node:crypto'
import { type Clock, conflict, invalid, toTimestamp } from '@mainspring/core'
import {
  type Database,
  DatabaseFault,
  type Given,
  prepared,
  type Reader,
  type Selects,
  type Stored,
  type TablesOf,
  type Writer,
} from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { type Kysely, sql } from 'kysely'
import { idempotencyKeys } from './tables.ts'

type Tables = TablesOf<[typeof idempotencyKeys]>

/** Milliseconds that an answer is kept for replays. */
const KEPT_FOR = 24 * 3_600_000
/** Expired keys that are deleted at once, in some ten milliseconds. */
const MOST_DELETED = 1_000

/**
 * Runs `work` once per caller and Idempotency-Key, in the unit of work of `db`. The key's row is written first: a second
 * request under it waits for the first and replays its answer. An error undoes the unit and the key with it.
 * Throws `idempotency_key_reused` for another request under the same key, `idempotency_key_in_use` when the first takes too long.
 */
export async function onceForKey(
  { db, clock }: { readonly db: Writer; readonly clock: Clock },
  request: Request,
  header: string,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const key = keyOf(request, header)
  const fingerprint = fingerprintOf(request)
  while (!(await claim(db, clock, key, fingerprint))) {
    const stored = await findStored(db, clock, key)
    if (stored && !stored.is_expired) return replay(stored, fingerprint)
    await forgetExpired(db, clock, key)
  }
  const reply = await work()
  await db.requirePrepared(
    keepAnswer,
    { ...key, ...answerOf(reply) },
    () => new Error('The key that was claimed is gone.'),
  )
  return reply
}

/**
 * The answer to whoever comes again with an Idempotency-Key, if there is one: for what would be done in vain before the
 * unit of work, or refused because it was done. Throws as `onceForKey` does.
 */
export async function findAnswer(
  { db, clock }: { readonly db: Reader; readonly clock: Clock },
  request: Request,
  header: string,
): Promise<Reply | undefined> {
  const stored = await findStored(db, clock, keyOf(request, header))
  return stored && !stored.is_expired ? replay(stored, fingerprintOf(request)) : undefined
}

/** Writes key and answer at once, in a unit of work that is foreseen; the database refuses the row if the key was used. */
export const keepForKey = (
  { db, clock }: { readonly db: Writer; readonly clock: Clock },
  request: Request,
  header: string,
  reply: Reply,
): Promise<void> =>
  db.append(idempotencyKeys, [
    {
      ...keyOf(request, header),
      fingerprint: fingerprintOf(request),
      ...answerOf(reply),
      create_time: toTimestamp(clock.now()),
    },
  ])

const answerOf = ({ status, headers, content_type, body }: Reply): Answer => ({
  status,
  headers: JSON.stringify({ ...headers, ...(content_type ? { 'content-type': content_type } : {}) }),
  body: body === undefined ? null : textOf(body),
})

const keepAnswer = prepared((query: Kysely<Tables>, given: Given<Key & Answer>) =>
  query
    .updateTable('mainspring_idempotency_keys')
    .set({ status: given('status'), headers: given('headers'), body: given('body') })
    .where('caller', '=', given('caller'))
    .where('idempotency_key', '=', given('idempotency_key')),
)

/**
 * Deletes the oldest keys whose time is over, a unit of work each time, so that nobody waits long for any number of them;
 * resolves to how many.
 */
export async function deleteExpiredKeys({ write }: Database, clock: Clock): Promise<number> {
  let all = 0
  for (;;) {
    const deleted = await write((db) => deleteOldest(db, clock))
    all += deleted
    if (deleted < MOST_DELETED) return all
  }
}

/** More than so many only if they were written in one millisecond. */
async function deleteOldest(db: Writer, clock: Clock): Promise<number> {
  const end = endOfLife(db, clock)
  const [last] = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_idempotency_keys')
      .select('create_time')
      .where('create_time', '<=', end)
      .orderBy('create_time')
      .limit(1)
      .offset(MOST_DELETED - 1),
  )
  return db.execute((query: Kysely<Tables>) =>
    query.deleteFrom('mainspring_idempotency_keys').where('create_time', '<=', last?.create_time ?? end),
  )
}

interface Key {
  readonly caller: string
  readonly idempotency_key: string
}

const keyOf = ({ caller }: Request, header: string): Key => ({ caller, idempotency_key: parseKey(header) })

/** The draft writes the key as a quoted string (draft-ietf-httpapi-idempotency-key-header); most clients do not. */
function parseKey(header: string): string {
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key
  throw invalid('idempotency_key_invalid', {
    field: 'Idempotency-Key',
    detail: 'An Idempotency-Key has 1 to 255 printable ASCII characters.',
  })
}

const fingerprintOf = ({ method, path, query, body, upload }: Request): string =>
  createHash('sha256')
    .update(JSON.stringify([method, path, query, upload ? upload.sha256 : body]))
    .digest('hex')

async function claim(db: Writer, clock: Clock, key: Key, fingerprint: string): Promise<boolean> {
  const create_time = toTimestamp(clock.now())
  try {
    return await db.insertUnlessThere(
      idempotencyKeys,
      { ...key, fingerprint, ...NO_ANSWER, create_time },
      { isLikely: true },
    )
  } catch (error) {
    if (!(error instanceof DatabaseFault && error.kind === 'lock_timeout')) throw error
    throw conflict('idempotency_key_in_use', {
      detail: 'A request with this Idempotency-Key is still being worked on.',
      retry_after: 1,
      cause: error,
    })
  }
}

type Answer = Pick<Stored<typeof idempotencyKeys>, 'status' | 'headers' | 'body'>

const NO_ANSWER: Answer = { status: null, headers: null, body: null }

interface StoredAnswer extends Answer {
  readonly fingerprint: string
  readonly is_expired: boolean
}

/** Looks before anything is deleted: requests that wait for each other's deletes on MariaDB end in deadlocks. */
async function findStored(db: Reader, clock: Clock, key: Key): Promise<StoredAnswer | undefined> {
  const [stored] = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_idempotency_keys')
      .select(['fingerprint', 'status', 'headers', 'body'])
      .select(sql<unknown>`create_time <= ${endOfLife(db, clock)}`.as('is_expired'))
      .where('caller', '=', key.caller)
      .where('idempotency_key', '=', key.idempotency_key),
  )
  return stored && { ...stored, is_expired: Boolean(stored.is_expired) }
}

/** Only if its time is over: another request may have done so meanwhile, and have put its own in the place. */
const forgetExpired = (db: Writer, clock: Clock, key: Key): Promise<number> =>
  db.execute((query: Kysely<Tables>) =>
    query
      .deleteFrom('mainspring_idempotency_keys')
      .where('caller', '=', key.caller)
      .where('idempotency_key', '=', key.idempotency_key)
      .where('create_time', '<=', endOfLife(db, clock)),
  )

const endOfLife = (db: Reader, clock: Clock): string =>
  String(db.encode('timestamp', toTimestamp(clock.now() - KEPT_FOR)))

function replay(stored: StoredAnswer, fingerprint: string): Reply {
  if (stored.fingerprint !== fingerprint) {
    throw invalid('idempotency_key_reused', {
      field: 'Idempotency-Key',
      detail: 'This Idempotency-Key was used for another request: another method, path, query or body.',
    })
  }
  const { 'content-type': content_type, ...headers } = storedHeaders(stored.headers)
  return {
    status: stored.status ?? 200,
    headers: { ...headers, 'idempotency-replayed': 'true' },
    ...(content_type === undefined ? {} : { content_type }),
    ...(stored.body === null ? {} : { body: stored.body }),
  }
}

function storedHeaders(text: string | null): Record<string, string> {
  const headers: unknown = JSON.parse(text ?? '{}')
  return typeof headers === 'object' && headers !== null ? { ...headers } : {}
}

const textOf = (body: NonNullable<Reply['body']>): string => (typeof body === 'string' ? body : JSON.stringify(body))
