import { type Clock, invalid } from '@mainspring/core'
import type { Database, Reads, TransactionOptions, Writer, Writes } from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { onceForKey } from './idempotency.ts'
import type { PageTokens } from './page-token.ts'

/** What a service gives its resources when it runs. `ports` are its connectors, handed to use cases beside `db` and `clock`. */
export interface Runtime {
  readonly service: string
  readonly database: Database
  readonly clock: Clock
  readonly tokens: PageTokens
  readonly ports: object
}

/** What a use case that reads is given for this request. */
export const readsFor = ({ database, clock, ports }: Runtime, request: Request): Reads => ({
  ...ports,
  db: database.reader,
  clock,
  // A request's log is made when something is logged.
  get log() {
    return request.log
  },
})

/**
 * Runs a write request as one unit of work: its Idempotency-Key first, then its preconditions and its effect in `work`.
 * The key counts where HTTP itself does not make a repeat harmless: on POST and PATCH.
 */
export function writeFor(
  { database, clock, ports }: Runtime,
  request: Request,
  work: (needs: Writes) => Promise<Reply>,
  options?: TransactionOptions,
): Promise<Reply> {
  const key = keyOf(request)
  return database.write((db: Writer) => {
    const needs: Writes = {
      ...ports,
      db,
      clock,
      get log() {
        return request.log
      },
    }
    return key === undefined ? work(needs) : onceForKey(needs, request, key, () => work(needs))
  }, options)
}

/** A write whose answer is known before it is made. */
export interface Foreseen {
  readonly reply: Reply
  /** One statement. */
  readonly write: () => Promise<void>
}

/** The same for a write that is foreseen: without a key the unit is its one statement, and with one the answer is kept at once. */
export function writeForeseen(
  { database, clock }: Runtime,
  request: Request,
  foresee: (db: Writer) => Foreseen,
): Promise<Reply> {
  const key = keyOf(request)
  return database.write(
    async (db: Writer) => {
      const { reply, write } = foresee(db)
      const work = async () => {
        await write()
        return reply
      }
      return key === undefined ? work() : onceForKey({ db, clock }, request, key, work, reply)
    },
    { single: key === undefined },
  )
}

const keyOf = (request: Request): string | undefined =>
  request.method === 'POST' || request.method === 'PATCH' ? request.header('idempotency-key') : undefined

/** Preconditions make no sense on a batch: its entries carry an `etag` each. */
export function refuseIfMatch(request: Request): void {
  if (request.header('if-match') === undefined) return
  throw invalid('precondition_not_supported', {
    field: 'If-Match',
    detail: 'A batch takes no If-Match; give each entry its etag.',
  })
}
