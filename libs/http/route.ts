import type { Readable } from 'node:stream'
import type { Fields, Log, Schema, Spool } from '@mainspring/core'
import type { ServerSentEvents } from './event-stream.ts'

/** The methods that routes use. HEAD comes with GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * One way in, as plain data: the server validates, the document describes, `handle` does the work.
 * Schemas with a `$id` become components of the document and are referred to.
 */
export interface Route {
  readonly method: Method
  /** As OpenAPI writes it, with a custom method after a colon: `/v1/factories/{factory_id}:append`. */
  readonly path: string
  readonly operation: Operation
  /** What a caller must be allowed to do (`sprockets:write`), or `public`. */
  readonly scope: string
  /** A POST that changes nothing, such as a batch get: `Prefer: return=minimal` does not empty its answer. */
  readonly safe?: boolean
  readonly params?: Fields
  readonly query?: Fields
  readonly headers?: Fields
  readonly body?: Body
  /** In place of a body: one that is too large for memory, and waits in a file until it is there whole. */
  readonly upload?: Upload
  readonly replies: readonly ReplyDescription[]
  /** Codes of the errors that this route answers beyond those that every route may. */
  readonly errors?: readonly string[]
  /** How long `handle` may take, if not as long as any other; what is sent and received meanwhile does not count. */
  readonly seconds?: number
  /** Answers with `events`, and its requests have a `signal`. */
  readonly isEventStream?: true
  /**
   * Of a GET: what `handle` would answer to this target, if that is known at once. Nothing else of the request is then looked at
   * but what HTTP itself makes of any answer.
   */
  readonly recall?: (target: string) => Reply | undefined
  readonly handle: (request: Request) => Promise<Reply>
}

/** How an operation is called in the document. */
export interface Operation {
  readonly id: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** Still served, for clients that know nothing else. */
  readonly deprecated?: boolean
}

/** A request's body. `schema` is what is checked, `described` what the document shows when the two differ. */
export interface Body {
  readonly schema: Schema
  readonly described?: Schema
  /** Media types taken, all of them JSON; default `application/json`. */
  readonly media_types?: readonly string[]
  /** An absent body counts as `{}`. */
  readonly optional?: boolean
}

/** A body that is not looked into. */
export interface Upload {
  /** Media types taken; text is UTF-8. */
  readonly media_types: readonly string[]
  /** It may also come as the one file of a form (`multipart/form-data`), in the field of this name. */
  readonly form_field?: string
  /** If fewer than the server's own limit. */
  readonly most_bytes?: number
}

/** One answer of a route, for the document. */
export interface ReplyDescription {
  readonly status: number
  readonly description: string
  readonly schema?: Schema
  /** Default `application/json` when there is a schema. */
  readonly content_type?: string
  /** Of a stream of events: what each says, by its type; `x-events` in the document, since OpenAPI 3.1 has no word for it. */
  readonly events?: Readonly<Record<string, Schema>>
  readonly headers?: Fields
}

/** A checked request. */
export interface Request {
  /** The request id: sent by the caller if sane, else made; on every log line and in the answer. */
  readonly id: string
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  /** The path as sent, without the query. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  /** Checked and converted; absent parameters have their defaults. */
  readonly query: Readonly<Record<string, unknown>>
  /** The checked body, defaults taken; `{}` when absent and optional. */
  readonly body: unknown
  /** The body of a route that takes an upload: all of it is there, until `handle` has settled. */
  readonly upload?: Spool | undefined
  /** Of a route that tells events: aborts when the caller is gone or the server is about to stop. */
  readonly signal?: AbortSignal | undefined
  /** The value of a header, by its name in lower case; repeated ones are joined by `, `. */
  header(name: string): string | undefined
  /** Who calls: the scope of idempotency keys and limits. */
  readonly caller: string
  readonly log: Log
}

/** An answer. */
export interface Reply {
  readonly status: number
  /** A GET with an `ETag` becomes a 304 by itself when the caller has that one. */
  readonly headers?: Readonly<Record<string, string>>
  /** What text, bytes or a stream are; without it the body is JSON. */
  readonly content_type?: string
  /** The name under which a browser saves the body. */
  readonly file_name?: string
  /**
   * An object to send as JSON; text, bytes or a stream to send as they are; absent for an empty answer. What an iterable
   * yields is sent as it comes, and asked for no faster than it is read.
   */
  readonly body?: object | string | Uint8Array | Readable | AsyncIterable<string | Uint8Array>
  /** In place of a body: server-sent events, until they end or the caller goes. */
  readonly events?: ServerSentEvents
}
