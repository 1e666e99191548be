import type { DatabaseSource } from './databases.ts'
import type { Load } from './load/load.ts'
import { type Sample, shuffled, take } from './measure.ts'
import type { Resource } from './resources/resource.ts'
import { startServer } from './servers.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** What a page costs that begins behind so many rows. */
export interface PageCost {
  readonly depth: number
  /** By the page token, or by the one OFFSET there is, for comparison. */
  readonly by: 'token' | 'skip'
  /** Milliseconds. */
  readonly latency: Spread
  /** Microseconds of the service's CPU. */
  readonly cpu: Spread
}

export interface Depths {
  readonly engine: string
  readonly collection: string
  readonly rows: number
  readonly pages: readonly PageCost[]
}

const DEPTHS = [0, 1_000, 10_000, 100_000, 500_000, 1_000_000]
const SKIP = 10_000
const BASE = 1_000
const STEP = 1_000
const PAGE = 20

/** Fills a table with a million rows, walks through it for the tokens as any client could, then asks for pages. */
export async function measureDepths(source: DatabaseSource, resource: Resource, load: Load): Promise<Depths> {
  const database = await source.create(resource, BASE)
  await source.multiply(database, resource)
  const server = await startServer('ours', resource, database)
  try {
    const collection = `/v1/${resource.collection}`
    const pages = [
      ...(await findPages(server.url, collection)),
      { depth: SKIP, by: 'skip' as const, path: `${collection}?max_page_size=${PAGE}&skip=${SKIP}` },
    ].map((page) => ({ ...page, samples: [] as Sample[] }))
    for (let round = -1; round < 5; round++) {
      for (const { path, samples } of shuffled(pages)) {
        const sample = await take(server, load, { asked: [{ path }], url: server.url, connections: 1, seconds: 0.3 })
        if (round >= 0) samples.push(sample)
      }
    }
    return {
      engine: source.engine,
      collection: resource.collection,
      rows: BASE * (STEP + 1),
      pages: pages.map(({ depth, by, samples }) => ({
        depth,
        by,
        latency: spreadOf(samples.map(({ p50 }) => p50)),
        cpu: spreadOf(samples.map(({ cpu }) => cpu)),
      })),
    }
  } finally {
    await server.end()
    await source.drop(database)
  }
}

async function findPages(url: string, collection: string) {
  const pages = [{ depth: 0, by: 'token' as const, path: `${collection}?max_page_size=${PAGE}` }]
  let token = ''
  for (let depth = STEP; depth <= Math.max(...DEPTHS); depth += STEP) {
    const answer = await fetch(`${url}${collection}?max_page_size=${STEP}${token && `&page_token=${token}`}`)
    const { next_page_token }: { next_page_token?: string } = JSON.parse(await answer.text())
    if (next_page_token === undefined) throw new Error(`There are no more than ${depth} rows.`)
    token = next_page_token
    if (DEPTHS.includes(depth)) {
      pages.push({ depth, by: 'token', path: `${collection}?max_page_size=${PAGE}&page_token=${token}` })
    }
  }
  return pages
}
