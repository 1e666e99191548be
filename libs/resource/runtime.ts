import type { Cache } from '@mainspring/cache'
import { type Clock, invalid, type Log } from '@mainspring/core'
import type { Database, Reads, TransactionOptions, Writer, Writes } from '@mainspring/data'
import type { Follow } from '@mainspring/events'
import type { Reply, Request } from '@mainspring/http'
import type { AnswerCache, KeptAnswer } from './answer-cache.ts'
import { findAnswer, keepForKey, onceForKey } from './idempotency.ts'
import type { PageTokens } from './page-token.ts'

/** What a service gives its resources when it runs. `ports` are its connectors, handed to use cases beside `db` and `clock`. */
export interface Runtime {
  readonly service: string
  readonly database: Database
  readonly clock: Clock
  readonly tokens: PageTokens
  readonly ports: object
  /** What a unit of work can do besides writing, such as to publish what follows from the request. */
  readonly abilitiesOf: (db: Writer, request: Request) => object
  /** Follows what the service emits or hears. */
  readonly follow: Follow
  /** Where the answers of resources that are cached are kept. */
  readonly cacheOf: (declared: AnswerCache) => Cache<KeptAnswer>
}

/**
 * What a use case is given for a request, whose log is made when something is logged. A class, since an object with a getter
 * of its own gets a hidden class of its own, by which a whole request outlives its answer until the next full collection.
 */
class Needs<D> {
  readonly db: D
  readonly clock: Clock
  readonly #request: Request

  constructor({ clock, ports }: Runtime, request: Request, db: D) {
    Object.assign(this, ports)
    this.db = db
    this.clock = clock
    this.#request = request
  }

  get log(): Log {
    return this.#request.log
  }
}

/** What a use case that reads is given for this request. */
export const readsFor = (runtime: Runtime, request: Request): Reads =>
  new Needs(runtime, request, runtime.database.reader)

/**
 * Runs a write request as one unit of work: its Idempotency-Key first, then its preconditions and its effect in `work`.
 * The key counts where HTTP itself does not make a repeat harmless: on POST and PATCH.
 */
export function writeFor(
  runtime: Runtime,
  request: Request,
  work: (needs: Writes) => Promise<Reply>,
  options?: TransactionOptions,
): Promise<Reply> {
  return runtime.database.write((db: Writer) => once(runtime, request, work, db), options)
}

/** The same for a write that may only insert: what it answers and writes, its key too, is then known beforehand. */
export async function writeForeseen(
  runtime: Runtime,
  request: Request,
  work: (needs: Writes) => Promise<Reply>,
): Promise<Reply> {
  const key = keyOf(request)
  const foreseen = await runtime.database.foresee(async (db: Writer) => {
    const needs = writesFor(runtime, request, db)
    const reply = await work(needs)
    if (key !== undefined) await keepForKey(needs, request, key, reply)
    return reply
  })
  return foreseen && (await foreseen.commit()) ? foreseen.value : writeFor(runtime, request, work)
}

function once(runtime: Runtime, request: Request, work: (needs: Writes) => Promise<Reply>, db: Writer): Promise<Reply> {
  const needs = writesFor(runtime, request, db)
  const key = keyOf(request)
  return key === undefined ? work(needs) : onceForKey(needs, request, key, () => work(needs))
}

/** What a write request was answered when it came before, under its Idempotency-Key. */
export async function findReplay({ database, clock }: Runtime, request: Request): Promise<Reply | undefined> {
  const key = keyOf(request)
  return key === undefined ? undefined : findAnswer({ db: database.reader, clock }, request, key)
}

/** What a use case that writes is given for this request. */
const writesFor = (runtime: Runtime, request: Request, db: Writer): Writes =>
  Object.assign(new Needs(runtime, request, db), runtime.abilitiesOf(db, request))

const keyOf = (request: Request): string | undefined =>
  takesKey(request.method) ? request.header('idempotency-key') : undefined

/** Whether requests of this method take an Idempotency-Key. */
export const takesKey = (method: string): boolean => method === 'POST' || method === 'PATCH'

/** Preconditions make no sense on a batch: its entries carry an `etag` each. */
export function refuseIfMatch(request: Request): void {
  if (request.header('if-match') === undefined) return
  throw invalid('precondition_not_supported', {
    field: 'If-Match',
    detail: 'A batch takes no If-Match; give each entry its etag.',
  })
}
