import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseSource } from './databases.ts'
import type { Load, LoadOrder, LoadResult } from './load/load.ts'
import { isWrite, type OperationName } from './operations.ts'
import type { Resource } from './resources/resource.ts'
import { type MeasuredServer, type ServerKind, startServer } from './servers.ts'

/** How long everything is looked at. */
export interface Pace {
  readonly rounds: number
  /** Of one server in one round. */
  readonly seconds: number
  readonly warmup: number
  readonly connections: number
}

/** One server in one round. */
export interface Sample extends LoadResult {
  /** Requests per second. */
  readonly rate: number
  /** Microseconds of the server's CPU per request. */
  readonly cpu: number
}

/** What was seen of one server in all rounds of one operation. */
export interface Series {
  readonly kind: ServerKind
  readonly samples: readonly Sample[]
  /** Bytes, before the first request and after the last one. */
  readonly memory: { readonly idle: number; readonly loaded: number }
}

/** One operation on one engine, with the rounds of all servers in one order. */
export interface Measurement {
  readonly engine: string
  readonly collection: string
  readonly operation: OperationName
  readonly series: readonly Series[]
}

/** Grouping commits means something only where a commit is dear and a request has one. */
const kindsFor = (operation: OperationName, { engine }: DatabaseSource): readonly ServerKind[] =>
  engine === 'sqlite' && isWrite(operation) ? ['ours', 'twin', 'grouped', 'bare'] : ['ours', 'twin', 'bare']

/**
 * Measures one operation: all servers at once, each on a copy of the same data, asked in short turns whose order is
 * drawn anew in each round, so that what else the machine does meets them alike.
 */
export async function measure(
  source: DatabaseSource,
  template: string,
  resource: Resource,
  operation: OperationName,
  load: Load,
  pace: Pace,
): Promise<Measurement> {
  const contenders: Contender[] = []
  try {
    for (const kind of kindsFor(operation, source)) contenders.push(await enter(source, template, resource, kind))
    const order = { asked: { collection: resource.collection, operation }, connections: pace.connections }
    for (const { server } of contenders) await load.run({ ...order, url: server.url, seconds: pace.warmup })
    for (let round = 0; round < pace.rounds; round++) {
      for (const { server, samples } of shuffled(contenders)) {
        samples.push(await take(server, load, { ...order, url: server.url, seconds: pace.seconds }))
      }
    }
    const series: Series[] = []
    for (const { server, samples, idle } of contenders) {
      const { memory: loaded } = await server.usage()
      series.push({ kind: server.kind, samples, memory: { idle, loaded } })
    }
    return { engine: source.engine, collection: resource.collection, operation, series }
  } finally {
    await Promise.all(contenders.map(({ server }) => server.end()))
    for (const { database } of contenders) await source.drop(database)
  }
}

/** On a machine that does much else a short turn may pass without any answer: then a longer one. */
export async function take(server: MeasuredServer, load: Load, order: LoadOrder): Promise<Sample> {
  const before = await server.usage()
  const result = await load.run(order)
  const after = await server.usage()
  if (result.requests === 0) return take(server, load, { ...order, seconds: order.seconds * 2 })
  const cpu = (after.cpu - before.cpu) / result.requests
  return { ...result, rate: result.requests / result.seconds, cpu }
}

interface Contender {
  readonly server: MeasuredServer
  readonly database: string
  readonly samples: Sample[]
  readonly idle: number
}

async function enter(
  source: DatabaseSource,
  template: string,
  resource: Resource,
  kind: ServerKind,
): Promise<Contender> {
  const database = await source.copy(template)
  const server = await startServer(kind, resource, database)
  await sleep(200)
  const { memory: idle } = await server.usage()
  return { server, database, samples: [], idle }
}

/** In an order drawn anew. */
export function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
