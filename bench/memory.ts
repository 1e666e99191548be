import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseSource } from './databases.ts'
import type { Load } from './load/load.ts'
import { resources } from './resources/index.ts'
import type { Resource, Values } from './resources/resource.ts'
import { type MeasuredServer, startOurs } from './servers.ts'

/** Resident memory of one process with all services, in bytes. */
export interface Memory {
  readonly engine: string
  /** When it is ready, before the first request. */
  readonly start: number
  /** At once after everything usual at full speed. */
  readonly used: number
  /** At once after what is large, too. */
  readonly loaded: number
  /** What it ever had. */
  readonly most: number
}

/** How long everything usual is asked for. */
export const SECONDS_OF_USE = 30
const CONNECTIONS = 16
const LARGE = 1_000

/** Starts all services as in production and uses them hard: everything usual at full speed, then what is large. */
export async function measureMemory(source: DatabaseSource, load: Load): Promise<Memory> {
  const server = await startOurs(await source.createForAll())
  try {
    await sleep(1_000)
    const { memory: start } = await server.usage()
    const filled = new Set<string>()
    for (const resource of resources) await fill(server, resource, filled)
    const asked = resources.flatMap(({ collection, operations }) =>
      operations.filter((operation) => operation !== 'batch-create').map((operation) => ({ collection, operation })),
    )
    await load.run({ url: server.url, asked, connections: CONNECTIONS, seconds: SECONDS_OF_USE })
    const { memory: used } = await server.usage()
    for (const resource of resources) await askForMuch(server, resource)
    const { memory: loaded, most } = await server.usage()
    return { engine: source.engine, start, used, loaded, most }
  } finally {
    await server.end()
  }
}

/** What several stand on is made once. */
async function fill({ url }: MeasuredServer, resource: Resource, filled: Set<string>): Promise<void> {
  const { foundation, collection, operations, rows = LARGE, body } = resource
  const own = { collection, rows: Array.from({ length: Math.min(rows, LARGE) }, (_, index) => body(index)) }
  const isMany = operations.includes('batch-create') || resource.is_cached
  for (const { collection, rows } of [...foundation, ...(isMany ? [own] : [])]) {
    if (filled.has(collection)) continue
    filled.add(collection)
    await createMany(url, collection, rows)
  }
}

/** Batches of a thousand by four clients and lists of a thousand by eight. */
async function askForMuch({ url }: MeasuredServer, { collection, operations, body }: Resource): Promise<void> {
  if (operations.includes('batch-create')) await atOnce(4, 3, () => createMany(url, collection, bodies(body)))
  await atOnce(8, 5, () => send(`${url}/v1/${collection}?max_page_size=${LARGE}`))
}

const bodies = (body: Resource['body']) => Array.from({ length: LARGE }, (_, index) => body(index))

const createMany = (url: string, collection: string, requests: readonly Values[]): Promise<void> =>
  send(`${url}/v1/${collection}:batch-create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requests }),
  })

async function atOnce(clients: number, times: number, work: () => Promise<void>): Promise<void> {
  const client = async () => {
    for (let time = 0; time < times; time++) await work()
  }
  await Promise.all(Array.from({ length: clients }, client))
}

async function send(url: string, sent?: RequestInit): Promise<void> {
  const answer = await fetch(url, sent)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 200)}`)
}
