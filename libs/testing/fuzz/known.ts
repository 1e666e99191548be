import type { Answer } from '../answer-check.ts'

/** How many of a kind are remembered: the last ones. */
const REMEMBERED = 50

/** What the fuzz has learnt from answers, so that what it sends next is about something. */
export class Known {
  readonly #ids = new Map<string, string[]>()
  readonly #etags = new Map<string, string>()
  readonly #links: string[] = []
  readonly #tables = new Map<string, string>()

  /** Learns from an answer to a request for this path: which resources there are, their tags, tables, and where lists go on. */
  learn(path: string, { headers, body }: Answer): void {
    const { results = [body] } = Object(body)
    for (const row of Array.isArray(results) ? results : []) this.#meet(Object(row).path)
    const etag = headers.get('etag')
    const place = Object(body).path ?? (path.startsWith('/v1/') ? path.slice('/v1/'.length) : undefined)
    if (etag !== null && typeof place === 'string') this.#etags.set(place, etag)
    if (typeof body === 'string' && headers.get('content-type')?.startsWith('text/csv')) {
      this.#tables.set(collectionOf(path), body)
    }
    const link = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
    if (link) remember(this.#links, link)
  }

  /** An id of this collection, or one that nobody has. */
  id(collection: string, choice: number): string {
    return choose(this.#ids.get(collection), choice) ?? `none-${choice}`
  }

  /** An id of a collection whose name begins like the end of this, or of any: what `payee_id` or `taken_from_shelf_id` may hold. */
  idLike(name: string, choice: number): string {
    const collections = [...this.#ids.keys()]
    const endings = name.split('_').map((_, index, words) => words.slice(index).join('-'))
    const named = endings.map((ending) => collections.find((each) => each.startsWith(ending)))
    const collection = named.find((each) => each !== undefined) ?? choose(collections, choice)
    return this.id(collection ?? '', choice)
  }

  /** The last tag that was seen of this resource, or none that it had. */
  etag(place: string): string {
    return this.#etags.get(place) ?? '"none"'
  }

  /** Where a list goes on: path and query. */
  link(choice: number): string | undefined {
    return choose(this.#links, choice)
  }

  /** A table of this collection, as CSV. */
  table(collection: string): string | undefined {
    return this.#tables.get(collection)
  }

  #meet(path: unknown): void {
    const [collection = '', id] = typeof path === 'string' ? path.split('/') : []
    if (id === undefined) return
    const ids = this.#ids.get(collection) ?? []
    this.#ids.set(collection, ids)
    if (!ids.includes(id)) remember(ids, id)
  }
}

/** The collection whose id is in a path: `users` of `/v1/users/{user_id}/rentals`; else the last, `sprockets` of `/v1/sprockets:export`. */
export const collectionOf = (path: string): string => /\/([^/:{}]+)(?:\/\{|:|$)/.exec(path)?.[1] ?? ''

function remember(list: string[], value: string): void {
  list.push(value)
  if (list.length > REMEMBERED) list.shift()
}

const choose = <T>(list: readonly T[] = [], choice: number): T | undefined => list[choice % list.length]
