import type { Field, Fields, ObjectOf, Spool } from '@mainspring/core'
import type { Entity, Reader } from '@mainspring/data'
import type { Upload } from '@mainspring/http'

/** An answer that is a text, whole or in pieces: a use case that returns an async iterable is sent as it goes. */
export interface TextReply {
  readonly content_type: string
  /** The name under which a browser saves it. */
  readonly file_name?: string
}

/** What a custom method says of itself for the document. */
interface CustomOptions<K> {
  readonly summary?: string
  readonly description?: string
  /** Sits on the collection (`/v1/orders:stream`), not on one resource. */
  readonly collection?: K
  /** An object that is answered as JSON, a row of another entity, or a text; without it the resource is answered. */
  readonly reply?: Field | Entity | TextReply
  /** Codes of the errors that it may answer beyond the usual. */
  readonly errors?: readonly string[]
  /** The scope it needs, if not the service's write scope for an action and read scope for a read. */
  readonly scope?: string
  /** How long it may take, if not as long as any other request; after that its caller gets a 503. */
  readonly seconds?: number
}

/** Options of an action. */
export type ActionOptions<B, K, U, M, P> = CustomOptions<K> &
  Taken<B, U> & {
    /**
     * The unit of work may take as long as it needs: an import. On SQLite nobody else writes meanwhile, so what is wrong
     * with the input itself is better found by `prepare`.
     */
    readonly alone?: boolean
    /**
     * Runs before the unit of work begins: what takes long, or needs none. Throws what is wrong with the input; what it
     * resolves to is the use case's input as well.
     */
    readonly prepare?: (needs: M, input: ActionInput<B, K, U>) => Promise<P>
    /** Where clients look that are older than the style: it is there alone, and the document calls it deprecated. */
    readonly older?: OlderPlace
  }

/** `PUT /rentals/{rental_id}` */
export type OlderPlace = `${'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`

/** What is sent to an action: a JSON body, whose absence counts as `{}`, or an upload (its media type, or more) and query parameters. */
type Taken<B, U> =
  | { readonly body?: B; readonly query?: never; readonly upload?: never }
  | { readonly upload: U; readonly query?: B; readonly body?: never }

/** Options of a read: its query parameters. */
export interface ReadOptions<Q, K> extends CustomOptions<K> {
  readonly query?: Q
}

/** A custom method, declared with `action` or `read`. */
export interface Custom<N = never> {
  readonly kind: 'action' | 'read'
  readonly handle: (needs: N, input: never) => unknown
  readonly options: CustomOptions<boolean> & {
    readonly body?: Fields | undefined
    readonly query?: Fields | undefined
    readonly upload?: string | Upload | undefined
    readonly alone?: boolean
    readonly prepare?: (needs: never, input: never) => Promise<unknown>
    readonly older?: OlderPlace
  }
}

/** Refuses a use case that could write: it would find no way to. */
type Reading<N> = N extends { readonly db: infer D } ? (Reader extends D ? unknown : never) : unknown

/** Refuses an answer in pieces: the unit of work would be over before they are asked for. */
type Whole<R> = R extends AsyncIterable<unknown> ? never : unknown

type Input<F, K> = K extends true ? ObjectOf<F> : { readonly id: string } & ObjectOf<F>

/** What an action is given: the id, the declared fields, and the upload if it takes one. */
type ActionInput<F, K, U> = Input<F, K> & ([U] extends [never] ? unknown : { readonly upload: Spool })

type Prepared<P> = P extends object ? P : unknown

/**
 * A custom method that writes: `POST /v1/orders/{order_id}:accept`. The use case gets the id and the body's fields; or the
 * query's and `upload`, which is there whole before the unit of work begins.
 *
 *     custom: { append: action(appendSamples, { body: samples }) }
 *     custom: { import: action(importItems, { collection: true, upload: 'text/csv', alone: true, seconds: 600, reply: counts }) }
 */
export const action = <
  N extends object,
  R,
  const B extends Fields = Record<never, never>,
  const K extends boolean = false,
  const U extends string | Upload = never,
  M extends object = object,
  P = unknown,
>(
  handle: ((needs: N, input: ActionInput<B, K, U> & Prepared<NoInfer<P>>) => Promise<R>) & Whole<R>,
  options: ActionOptions<B, K, U, M, P> = {},
): Custom<N & M> => ({ kind: 'action', handle, options })

/**
 * A custom method that only reads: `GET /v1/factories/{factory_id}:chart`. The use case gets the id and the parameters. What
 * it returns with a text as reply may be an async iterable: an export is a generator.
 */
export const read = <
  N extends object,
  R,
  const Q extends Fields = Record<never, never>,
  const K extends boolean = false,
>(
  handle: ((needs: N, input: Input<Q, K>) => R) & Reading<N>,
  options: ReadOptions<Q, K> = {},
): Custom<N> => ({ kind: 'read', handle, options })
