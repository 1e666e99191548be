import type { Field, Fields, ObjectOf } from '@mainspring/core'
import type { Reader } from '@mainspring/data'

/** What a custom method says of itself for the document. */
interface CustomOptions<K> {
  readonly summary?: string
  readonly description?: string
  /** Sits on the collection (`/v1/orders:stream`), not on one resource. */
  readonly collection?: K
  /** An object that is answered as JSON, or the media type of a text; without it the resource is answered. */
  readonly reply?: Field | { readonly content_type: string }
  /** Codes of the errors that it may answer beyond the usual. */
  readonly errors?: readonly string[]
  /** The scope it needs, if not the service's write scope for an action and read scope for a read. */
  readonly scope?: string
}

/** Options of an action: its body, whose absence counts as `{}`. */
export interface ActionOptions<B, K> extends CustomOptions<K> {
  readonly body?: B
}

/** Options of a read: its query parameters. */
export interface ReadOptions<Q, K> extends CustomOptions<K> {
  readonly query?: Q
}

/** A custom method, declared with `action` or `read`. */
export interface Custom<N = never> {
  readonly kind: 'action' | 'read'
  readonly handle: (needs: N, input: never) => Promise<unknown>
  readonly options: CustomOptions<boolean> & { readonly body?: Fields; readonly query?: Fields }
}

/** Refuses a use case that could write: it would find no way to. */
type Reading<N> = N extends { readonly db: infer D } ? (Reader extends D ? unknown : never) : unknown

type Input<F, K> = K extends true ? ObjectOf<F> : { readonly id: string } & ObjectOf<F>

/**
 * A custom method that writes: `POST /v1/orders/{order_id}:accept`. The use case gets the id and the body's fields.
 *
 *     custom: { append: action(appendSamples, { body: samples }) }
 */
export const action = <
  N extends object,
  R,
  const B extends Fields = Record<never, never>,
  const K extends boolean = false,
>(
  handle: (needs: N, input: Input<B, K>) => Promise<R>,
  options: ActionOptions<B, K> = {},
): Custom<N> => ({ kind: 'action', handle, options })

/** A custom method that only reads: `GET /v1/factories/{factory_id}:chart`. The use case gets the id and the parameters. */
export const read = <
  N extends object,
  R,
  const Q extends Fields = Record<never, never>,
  const K extends boolean = false,
>(
  handle: ((needs: N, input: Input<Q, K>) => Promise<R>) & Reading<N>,
  options: ReadOptions<Q, K> = {},
): Custom<N> => ({ kind: 'read', handle, options })
