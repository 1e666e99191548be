import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseSource } from './databases.ts'
import type { Load, LoadOrder, LoadResult } from './load/load.ts'
import { isLong, isWrite, type OperationName } from './operations.ts'
import { print } from './report/say.ts'
import type { Resource } from './resources/resource.ts'
import { type MeasuredServer, type ServerKind, startServer } from './servers.ts'

/** How long everything is looked at. */
export interface Pace {
  readonly rounds: number
  /** Of one server in one round. */
  readonly seconds: number
  /** Seconds for which a server is asked before anything counts, at least; see `WARM_AFTER`. */
  readonly warmup: number
  readonly connections: number
}

/**
 * Requests after which everything is compiled that they run, thousands of rows in batches being as many; a slow server is asked
 * for so many times the warm-up at most.
 */
const WARM_AFTER = 10_000
export const LONGEST_WARMUP = 3
const ROWS_OF_BATCH = 100

/** The same for one operation. */
export const paceOf = (operation: OperationName, pace: Pace): Pace =>
  isLong(operation) ? { ...pace, connections: pace.connections / 4, seconds: pace.seconds * 1.5 } : pace

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
  /** By round; none of a turn that failed twice. */
  readonly samples: readonly (Sample | undefined)[]
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

/**
 * What is kept is compared with an answer that never changes. Without its checks an order would be none.
 * Grouping commits means something only where a commit is dear and a request has one. What the flags of `npm start` cost is
 * seen best where most garbage is made and no disk is waited for.
 */
function kindsFor(operation: OperationName, { engine }: DatabaseSource, resource: Resource): readonly ServerKind[] {
  if (resource.is_cached) return operation === 'list' ? ['ours', 'constant', 'twin'] : ['ours', 'twin']
  if (resource.basis) return engine === 'sqlite' ? ['ours', 'twin', 'grouped'] : ['ours', 'twin']
  if (engine === 'sqlite' && isWrite(operation)) return ['ours', 'twin', 'grouped', 'bare']
  if (engine === 'postgres' && ['get', 'list'].includes(operation)) return ['ours', 'twin', 'roomy', 'bare']
  return ['ours', 'twin', 'bare']
}

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
  const contenders = await enterAll(source, template, resource, kindsFor(operation, source, resource))
  try {
    const { connections, warmup, seconds } = paceOf(operation, pace)
    const order = { asked: [{ collection: resource.collection, operation }], connections }
    const turn = async ({ kind, server }: Contender, seconds: number) =>
      take(server, load, { ...order, url: server.url, seconds }).catch((error: unknown) => {
        print(`A turn of ${kind} failed again and is left out. ${String(error)}`)
        return undefined
      })
    for (const contender of contenders) {
      let requests = 0
      for (let times = 0; times < LONGEST_WARMUP && requests < WARM_AFTER; times++) {
        const sample = await turn(contender, warmup)
        requests += (sample?.requests ?? 0) * (isLong(operation) ? ROWS_OF_BATCH : 1)
      }
    }
    for (let round = 0; round < pace.rounds; round++) {
      for (const contender of shuffled(contenders)) contender.samples.push(await turn(contender, seconds))
    }
    const series: Series[] = []
    for (const { kind, server, samples, idle } of contenders) {
      const { memory: loaded } = await server.usage()
      series.push({ kind, samples, memory: { idle, loaded } })
    }
    return { engine: source.engine, collection: resource.collection, operation, series }
  } finally {
    await leaveAll(source, contenders)
  }
}

/** One turn. One that fails is repeated, and one without any answer with more time: the machine may have much else to do. */
export async function take(server: MeasuredServer, load: Load, order: LoadOrder): Promise<Sample> {
  try {
    return await takeOnce(server, load, order)
  } catch (error) {
    print(`A turn failed and is repeated. ${String(error)}`)
    return await takeOnce(server, load, { ...order, seconds: order.seconds * 2 })
  }
}

async function takeOnce(server: MeasuredServer, load: Load, order: LoadOrder): Promise<Sample> {
  const before = await server.usage()
  const result = await load.run(order)
  const after = await server.usage()
  if (result.requests === 0) throw new Error('Nothing was answered in time.')
  const cpu = (after.cpu - before.cpu) / result.requests
  return { ...result, rate: result.requests / result.seconds, cpu }
}

interface Contender {
  readonly kind: ServerKind
  readonly server: MeasuredServer
  readonly database: string
  readonly samples: (Sample | undefined)[]
  readonly idle: number
}

/** Starts them all, or none. */
async function enterAll(
  source: DatabaseSource,
  template: string,
  resource: Resource,
  kinds: readonly ServerKind[],
): Promise<readonly Contender[]> {
  const databases: string[] = []
  for (const _ of kinds) databases.push(await source.copy(template))
  const entries = await Promise.allSettled(
    kinds.map(async (kind, index): Promise<Contender> => {
      const database = databases[index] ?? ''
      const server = await startServer(kind, resource, database)
      await sleep(200)
      const { memory: idle } = await server.usage()
      return { kind, server, database, samples: [], idle }
    }),
  )
  const contenders = entries.flatMap((entry) => (entry.status === 'fulfilled' ? [entry.value] : []))
  const failed = entries.find((entry) => entry.status === 'rejected')
  if (!failed) return contenders
  await leaveAll(source, contenders)
  throw failed.reason
}

async function leaveAll(source: DatabaseSource, contenders: readonly Contender[]): Promise<void> {
  await Promise.all(contenders.map(({ server }) => server.end()))
  for (const { database } of contenders) await source.drop(database)
}

/** In an order drawn anew. */
export function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
