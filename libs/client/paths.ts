import type { Paths } from './house.ts'
import type { CallOptions } from './request.ts'

/** The methods that paths have. */
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths that take a method. */
export type PathsOf<M extends Method> = { [P in keyof Paths]: M extends keyof Paths[P] ? P : never }[keyof Paths]

/** A part of what is known of a method: its `query`, `body`, `upload`, `reply` or `events`; undefined if it has none. */
type PartOf<P, M, Part extends string> = P extends keyof Paths
  ? M extends keyof Paths[P]
    ? Part extends keyof Paths[P][M]
      ? Paths[P][M][Part]
      : undefined
    : never
  : never

/** What a method answers. */
export type ReplyOf<P, M> = PartOf<P, M, 'reply'>

/** What a method is sent as JSON. */
export type BodyOf<P, M> = PartOf<P, M, 'body'>

/** What a stream says, by the type of the event. */
export type EventsOf<P> = PartOf<P, 'get', 'events'>

/** The ids that a path asks for: `{ sprocket_id: string }` of `/v1/sprockets/{sprocket_id}`. */
export type ParamsOf<P> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [N in Name]: string } & ParamsOf<Rest>
  : unknown

/** What a method takes of these, as optional as it is there. */
type Stated<P, M, Name> = P extends keyof Paths
  ? M extends keyof Paths[P]
    ? Pick<Paths[P][M], Name & keyof Paths[P][M]>
    : never
  : never

type Params<P> = unknown extends ParamsOf<P> ? unknown : { readonly params: ParamsOf<P> }

/** A file with its type, or a form, whose type is the platform's to say: it has the boundary in it. */
type Upload<T> = [T] extends [undefined]
  ? unknown
  :
      | { readonly upload: string | Blob | Uint8Array<ArrayBuffer>; readonly contentType: Exclude<T, Form> }
      | (Form extends T ? { readonly upload: FormData; readonly contentType?: undefined } : never)

type Form = 'multipart/form-data'

/** What a method is called with. */
export type OptionsOf<P, M> = CallOptions & Params<P> & Stated<P, M, 'query' | 'body'> & Upload<PartOf<P, M, 'upload'>>

/** The options of a call as parameters: none are needed where all of them may be left out. */
export type Rest<O> = Record<never, never> extends O ? [options?: O] : [options: O]
