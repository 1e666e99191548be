import type { Answer, Client } from './client.ts'
import type { OptionsOf, PathsOf, ReplyOf, Rest } from './paths.ts'
import { UnexpectedAnswer } from './unexpected-answer.ts'

/** The paths that are lists. */
type ListPaths = {
  [P in PathsOf<'get'>]: ReplyOf<P, 'get'> extends { readonly results: readonly unknown[] } ? P : never
}[PathsOf<'get'>]

type ResultOf<P> = ReplyOf<P, 'get'> extends { readonly results: readonly (infer R)[] } ? R : never

/** How a list is walked: what it is asked with, but for the place in it. */
export type PagesOptions<P> = OptionsOf<P, 'get'>

/**
 * Walks a list to its end, page by page, each asked for when it is needed. What does not change the field by which the list
 * is ordered comes exactly once, whatever comes and goes meanwhile.
 *
 * @example
 * for await (const { id } of pages(client, '/v1/sprockets', { query: { filter: 'teeth > 5' } })) console.log(id)
 */
export async function* pages<P extends ListPaths>(
  client: Client,
  path: P,
  ...[options]: Rest<PagesOptions<P>>
): AsyncGenerator<ResultOf<P>, void> {
  // Every list has these members, which the types know of each path, but not of all.
  const get = client.get as (path: P, options: object) => Promise<Answer<Page<ResultOf<P>> | undefined>>
  let query: object | undefined = (options as Asked | undefined)?.query
  for (;;) {
    const answer = await get(path, { ...options, query })
    const { body } = answer
    if (!Array.isArray(body?.results)) throw new UnexpectedAnswer(answer, body)
    yield* body.results
    if (body.next_page_token === undefined) return
    query = { ...query, skip: undefined, page_token: body.next_page_token }
  }
}

interface Page<T> {
  readonly results: readonly T[]
  readonly next_page_token?: string
}

interface Asked {
  readonly query?: object
}
