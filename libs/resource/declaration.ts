import type { Field, Fields, Value } from '@mainspring/core'
import type { CreateOf, RowOf, Writes } from '@mainspring/data'
import type { AnswerCache } from './answer-cache.ts'
import type { Custom } from './custom.ts'
import type { StreamMethod } from './stream.ts'
import type { Through } from './through.ts'

/** What a stated use case says of itself for the document. */
export interface Stated {
  /** Codes of the errors that it may answer beyond the usual. */
  readonly errors?: readonly string[]
}

/** What may be open to everybody. */
export type OpenMethod = 'list' | 'get' | 'create' | 'batchGet'

/** What a resource offers. `true` is the kernel's own way; an object puts a use case in its place. */
export interface Methods<C extends Fields = Fields> {
  readonly list?: true
  /**
   * References by which it is also listed under what they refer to: `['user_id']` is `GET /v1/users/{user_id}/rentals`; or
   * links between the two, see `through`.
   */
  readonly listUnder?: readonly ((keyof C & string) | Through)[]
  readonly get?: true
  /**
   * The use case gets the checked body, and `id` if one was chosen. `body` replaces the resource as what POST and PUT send.
   * `handleMany` gets all entries of a batch, or one, and answers as many rows in their order; what it throws names the
   * entry, `[2].payee_name`. A use case that asks the database nothing and only inserts is one statement on a server.
   * One that may answer a row that was there before says in `found` which one that is: then the status is 200, not 201.
   */
  readonly create?:
    | true
    | (Stated & { readonly body?: Field; readonly found?: string } & (
          | { readonly handle: (needs: never, input: never) => Promise<RowOf<C>> }
          | { readonly handleMany: (needs: never, inputs: never) => Promise<readonly RowOf<C>[]> }
        ))
  /**
   * The use case gets every field that a client may write, and the locked row. It serves PATCH, PUT and batches alike; with
   * PUT it gets the body that `create` states, if any.
   */
  readonly update?:
    | true
    | (Stated & { readonly handle: (needs: never, next: never, current: RowOf<C>) => Promise<RowOf<C>> })
  readonly apply?: true
  /** The use case gets the locked row and whether dependents go with it. */
  readonly delete?:
    | true
    | (Stated & {
        readonly handle: (needs: never, current: RowOf<C>, options: { readonly force: boolean }) => Promise<void>
      })
  readonly batchGet?: true
  readonly batchCreate?: true
  readonly batchUpdate?: true
  readonly batchDelete?: true
  /** Methods for which nobody has to say who he is; `list` means those under other resources, too. All others need a scope. */
  readonly open?: readonly OpenMethod[]
  /** Keeps the answers of all reads that are JSON: of lists, of `get`, and of `read`. */
  readonly cached?: AnswerCache
  /** Where clients older than the style look for what is read at a path: `{ '/v1/rentals/{rental_id}': '/rentals/{rental_id}' }`. */
  readonly olderPaths?: Readonly<Record<string, string>>
  /** Custom methods by name, camelCase here and kebab-case in the path. */
  readonly custom?: Readonly<Record<string, Custom | StreamMethod>>
}

type HandlerNeeds<T> = T extends
  | { readonly handle: (needs: infer N, ...rest: never) => unknown }
  | { readonly handleMany: (needs: infer N, ...rest: never) => unknown }
  ? N
  : unknown
type CustomNeeds<T> =
  T extends Record<string, unknown>
    ? Intersected<{ [K in keyof T]: T[K] extends StreamMethod ? never : HandlerNeeds<T[K]> }[keyof T]>
    : unknown
type Intersected<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never
type Member<M, K> = K extends keyof M ? M[K] : unknown

/** Everything that the use cases of some methods need. */
export type NeedsOf<M> = Writes &
  HandlerNeeds<Member<M, 'create'>> &
  HandlerNeeds<Member<M, 'update'>> &
  HandlerNeeds<Member<M, 'delete'>> &
  CustomNeeds<Member<M, 'custom'>>

/** What a client sends to make a resource: the stated body, or the entity's own. */
type CreateInput<C, T> = T extends { readonly body: infer B } ? Value<B> & { readonly id?: string } : CreateOf<C>

/** What PUT gives to the use case of an update: the stated body, if there is one. */
type ApplyInput<M> = M extends { readonly apply: true; readonly create: { readonly body: infer B } } ? Value<B> : never

/** Refuses a use case that wants more than the request gives it. */
export type Fitting<C, M> = {
  readonly [K in keyof M]: K extends 'create'
    ? AcceptingMany<Accepting<M[K], CreateInput<C, M[K]>>, CreateInput<C, M[K]>>
    : K extends 'update'
      ? Accepting<M[K], Omit<CreateOf<C>, 'id'> | ApplyInput<M>>
      : M[K]
}
type Accepting<T, Given> = T extends { readonly handle: (needs: never, input: infer Wanted, ...rest: never) => unknown }
  ? [Given] extends [Wanted]
    ? T
    : { readonly handle: (needs: never, input: Given) => never }
  : T
type AcceptingMany<T, Given> = T extends { readonly handleMany: (needs: never, inputs: infer Wanted) => unknown }
  ? [readonly Given[]] extends [Wanted]
    ? T
    : { readonly handleMany: (needs: never, inputs: readonly Given[]) => never }
  : T
