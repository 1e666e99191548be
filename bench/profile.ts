import type { Profiler } from 'node:inspector'
import type { DatabaseSource } from './databases.ts'
import type { Load } from './load/load.ts'
import { type Pace, take } from './measure.ts'
import type { OperationName } from './operations.ts'
import type { Resource } from './resources/resource.ts'
import { type ServerKind, startServer } from './servers.ts'

const SECONDS = 3

/** Where a server's CPU time went: shares of it, the largest first. */
export interface Profile {
  readonly kind: ServerKind
  readonly engine: string
  readonly collection: string
  readonly operation: OperationName
  readonly parts: readonly Share[]
  readonly functions: readonly Share[]
}

export interface Share {
  readonly name: string
  /** From 0 to 1. */
  readonly share: number
}

/** Looks into a server while it is asked one thing. */
export async function profile(
  source: DatabaseSource,
  template: string,
  resource: Resource,
  operation: OperationName,
  load: Load,
  pace: Pace,
  kind: ServerKind = 'ours',
): Promise<Profile> {
  const database = await source.copy(template)
  const server = await startServer(kind, resource, database)
  try {
    const asked = [{ collection: resource.collection, operation }]
    const order = { asked, connections: pace.connections, url: server.url }
    await take(server, load, { ...order, seconds: pace.warmup })
    const seen = await server.profile(() => load.run({ ...order, seconds: SECONDS }))
    return { kind, engine: source.engine, collection: resource.collection, operation, ...summarise(seen) }
  } finally {
    await server.end()
    await source.drop(database)
  }
}

/** Self time by part of the program and by function; what was idle does not count. */
export function summarise({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profiler.Profile): Pick<Profile, 'parts' | 'functions'> {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const parts = new Map<string, number>()
  const functions = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id)
    if (!frame || frame.functionName === '(idle)' || frame.url.startsWith('node:inspector')) continue
    const time = timeDeltas[index] ?? 0
    const part = partOf(frame)
    add(parts, part, time)
    add(functions, `${frame.functionName || '(anonymous)'} ${placeOf(frame)}`.trim(), time)
  }
  return { parts: sharesOf(parts), functions: sharesOf(functions) }
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time)
}

function sharesOf(times: ReadonlyMap<string, number>): readonly Share[] {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times].map(([name, time]) => ({ name, share: time / total })).toSorted((a, b) => b.share - a.share)
}

/** `libs/http`, `fastify`, `node:internal/streams`, or what the engine calls its own. */
function partOf({ functionName, url }: Profiler.Profile['nodes'][number]['callFrame']): string {
  const own = /\/((?:libs|apps|bench)\/[\w-]+)\/[^/]/.exec(url)?.[1]
  const foreign = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (foreign) return foreign
  if (own) return own
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/')
  return NATIVE[functionName] ?? 'other native code'
}

/** What has no source has only a name. */
const NATIVE: Readonly<Record<string, string>> = {
  ...named('socket writes', ['writeUtf8String', 'writeLatin1String', 'writeAsciiString', 'writeBuffer', 'writev']),
  ...named('log writes', ['writeString']),
  ...named('SQLite', ['all', 'get', 'run', 'exec', 'prepare']),
  ...named('JSON', ['parse', 'stringify']),
  ...named('garbage collection', ['(garbage collector)']),
  ...named('microtasks', ['runMicrotasks', 'enqueueMicrotask']),
  ...named('cryptography', ['update', 'final', 'digest', 'Hash', 'oneShotDigest', 'CipherBase', 'getRandomValues']),
  ...named('the engine itself', ['(program)']),
}

function named(part: string, functions: readonly string[]): Record<string, string> {
  return Object.fromEntries(functions.map((name) => [name, part]))
}

const ROOT = new URL('..', import.meta.url).href

const placeOf = ({ url, lineNumber }: Profiler.Profile['nodes'][number]['callFrame']): string =>
  url === '' ? '' : `${url.replace(ROOT, '').replace(/^.*node_modules\//, '')}:${lineNumber + 1}`
