import { randomInt, randomUUID } from 'node:crypto'
import type { Request } from 'autocannon'
import type { OperationName } from '../operations.ts'
import type { Resource } from '../resources/resource.ts'

/** What one connection sends, over and over. */
export type Script = Request[]

let turn = 0

const VARIANTS = 200
/** So many names of one page: a list that is as long as the page is the same under all of them. */
const MOST_NAMES = 2 ** 40
const BATCH = 100
const BATCH_VARIANTS = 16

/** Makes the script of each connection; reads from the server what it must know. */
export async function createScripts(
  operation: OperationName,
  { collection, body, patch, query }: Resource,
  url: string,
  connections: number,
): Promise<readonly Script[]> {
  const path = `/v1/${collection}`
  switch (operation) {
    case 'get': {
      const ids = await listIds(url + path)
      return rotate(connections, (index) => ({ path: `${path}/${at(ids, index)}` }))
    }
    case 'list':
      return rotate(connections, () => ({ path: `${path}?max_page_size=20` }))
    case 'list-uncached':
      return perConnection(connections, () => () => ({ path: `${path}?max_page_size=${randomInt(20, MOST_NAMES)}` }))
    case 'query':
      return rotate(connections, (index) => ({
        path: `${path}?max_page_size=20&${new URLSearchParams({ ...query(index) })}`,
      }))
    case 'create':
      return rotate(connections, (index) => post(path, body(index)))
    case 'create-keyed':
      return perConnection(connections, (connection) => {
        const variants = Array.from({ length: VARIANTS }, (_, index) => post(path, body(connection + index)))
        let sent = 0
        return () => {
          const request = at(variants, sent++)
          return { ...request, headers: { ...request.headers, 'idempotency-key': randomUUID() } }
        }
      })
    case 'batch-create':
      return rotate(
        connections,
        (index) => {
          const requests = Array.from({ length: BATCH }, (_, entry) => body(index * BATCH + entry))
          return post(`${path}:batch-create`, { requests })
        },
        BATCH_VARIANTS,
      )
    case 'patch': {
      const ids = await listIds(url + path)
      // Others than last time: what was under way when that turn ended may still be written.
      const first = turn++ * connections
      const etags = await Promise.all(
        Array.from({ length: connections }, async (_, connection) =>
          (await fetch(`${url}${path}/${at(ids, first + connection)}`)).headers.get('etag'),
        ),
      )
      return perConnection(
        connections,
        (connection) => {
          let sent = 0
          return () => ({
            method: 'PATCH',
            path: `${path}/${at(ids, first + connection)}`,
            headers: { 'content-type': 'application/merge-patch+json', 'if-match': etags[connection] ?? '*' },
            body: JSON.stringify(patch(sent++)),
          })
        },
        (connection, headers) => {
          etags[connection] = headers?.etag ?? null
        },
      )
    }
  }
}

/** One script for each connection out of several: a request of each in turn, until the longest is through. */
export function interleave(all: readonly (readonly Script[])[]): readonly Script[] {
  const [first = []] = all
  return first.map((_, connection) => {
    const scripts = all.map((each) => at(each, connection))
    const length = Math.max(...scripts.map((script) => script.length))
    return Array.from({ length }, (_, index) => scripts.map((script) => at(script, index))).flat()
  })
}

/** A request that sends JSON. */
export const post = (path: string, body: object): Request => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Requests that are made once; each connection begins at another one. */
function rotate(connections: number, make: (index: number) => Request, variants = VARIANTS): readonly Script[] {
  const requests = Array.from({ length: variants }, (_, index) => make(index))
  return Array.from({ length: connections }, (_, connection) => {
    const start = Math.floor((connection * variants) / connections)
    return [...requests.slice(start), ...requests.slice(0, start)]
  })
}

/** Requests that are made each time. */
function perConnection(
  connections: number,
  create: (connection: number) => () => Request,
  onHeaders?: (connection: number, headers: Request['headers']) => void,
): readonly Script[] {
  return Array.from({ length: connections }, (_, connection) => {
    const next = create(connection)
    return [
      {
        setupRequest: (defaults: Request) => Object.assign(defaults, next()),
        ...(onHeaders
          ? {
              onResponse: (_status: number, _body: string, _context: object, headers: Request['headers']) =>
                onHeaders(connection, headers),
            }
          : {}),
      },
    ]
  })
}

async function listIds(collection: string): Promise<readonly string[]> {
  const answer = await fetch(`${collection}?max_page_size=1000`)
  const { results }: { results: readonly { readonly id: string }[] } = JSON.parse(await answer.text())
  return results.map(({ id }) => id)
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('There is nothing to choose from.')
  return item
}
