import { type Log, type Spool, traceIdOf } from '@mainspring/core'
import type { FastifyRequest } from 'fastify'
import type { Request } from './route.ts'

/** A request as Fastify hands it over: routed, its body read and not looked at. */
export type RawRequest = FastifyRequest<{ Params: Record<string, string>; Body: Buffer | undefined }>

/** A request that passed all checks, in front of the one that Fastify knows. */
export class CheckedRequest implements Request {
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  /** Comes when the rest was found to be right. */
  upload: Spool | undefined
  signal: AbortSignal | undefined
  readonly #raw: RawRequest
  readonly #parent: Log
  #log: Log | undefined

  constructor(raw: RawRequest, path: string, query: Readonly<Record<string, unknown>>, body: unknown, parent: Log) {
    this.#raw = raw
    this.path = path
    this.query = query
    this.body = body
    this.#parent = parent
  }

  get id(): string {
    return this.#raw.id
  }

  get target(): string {
    return this.#raw.raw.url ?? '/'
  }

  get method(): string {
    return this.#raw.method
  }

  get params(): Readonly<Record<string, string>> {
    return this.#raw.params
  }

  get caller(): string {
    return this.#raw.client_address
  }

  /** A child costs more than many a request: it is made for those that log something. */
  get log(): Log {
    this.#log ??= this.#parent.child({
      request_id: this.id,
      trace_id: traceIdOf(this.#raw.headers.traceparent),
    })
    return this.#log
  }

  header(name: string): string | undefined {
    const value = this.#raw.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
}
