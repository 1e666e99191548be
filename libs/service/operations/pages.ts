import type { PageTokens } from '@mainspring/resource'
import { gather, type Operated } from './operated.ts'

/** A row of a list that goes over several services, by the number that it has in its own. */
interface Numbered {
  readonly number: number
}

/** What a page is of. */
export interface PageAcross<T> {
  readonly services: readonly Operated[]
  readonly tokens: PageTokens
  /** Everything that decides what the list holds. */
  readonly list: object
  readonly max_page_size: unknown
  readonly page_token: unknown
  /** The next rows of one service behind a number, if there is one. */
  readonly read: (one: Operated, after: number | undefined, limit: number) => Promise<readonly T[]>
}

const LARGEST = 1_000

/** A page of a list over services, one after the other; the token holds the service and the number where it ended. */
export async function pageAcross<T extends Numbered>({ services, tokens, list, read, ...sent }: PageAcross<T>) {
  const identity = JSON.stringify(list)
  const size = Math.min(Number(sent.max_page_size) || 50, LARGEST)
  const [begin, after] = sent.page_token ? tokens.open(String(sent.page_token), identity) : []
  const rest = services.slice(
    Math.max(
      0,
      services.findIndex(({ name }) => name === begin),
    ),
  )
  const rows: { readonly one: Operated; readonly row: T }[] = []
  const unreachable: string[] = []
  for (const one of rest) {
    const from = one.name === begin ? Number(after) : undefined
    const next = await gather([one], () => read(one, from, size + 1 - rows.length))
    rows.push(...next.found.map((row) => ({ one, row })))
    unreachable.push(...next.unreachable)
    if (rows.length > size) break
  }
  const last = rows.length > size ? rows[size - 1] : undefined
  return {
    rows: rows.slice(0, size),
    next_page_token: last && tokens.seal([last.one.name, last.row.number], identity),
    ...(unreachable.length > 0 ? { unreachable } : {}),
  }
}
