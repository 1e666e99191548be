import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache, Caches } from '@mainspring/cache'
import type { Log } from '@mainspring/core'
import type { Writer } from '@mainspring/data'
import type { Emit, EventStream, EventType, Follow } from '@mainspring/events'
import { type AnswerCache, answerForm, type KeptAnswer } from '@mainspring/resource'

/** The caches of one service's answers. */
export interface AnswerCaches {
  readonly cacheOf: (declared: AnswerCache) => Cache<KeptAnswer>
  /** An `emit` by which a unit also clears, when it is committed, what its events make untrue. */
  readonly clearing: (db: Writer, emit: Emit) => Emit
  /** Has all be cleared by what any instance emits from now on. */
  readonly watch: (follow: Follow) => Promise<void>
  /** Watches no more; the streams of the service end by themselves. */
  readonly stop: () => void
}

/** Milliseconds until the log is looked for again when it could not be followed. */
const PAUSE = 1_000

/** Creates the caches that a service declares; `name` tells them from those of other services. */
export function createAnswerCaches(
  name: string,
  declared: Iterable<AnswerCache>,
  { caches, log }: { readonly caches: Caches; readonly log: Log },
): AnswerCaches {
  const created = new Map([...declared].map((each) => [each, caches.create(`${name}:${each.name}`, answerForm)]))
  const stopping = new AbortController()
  const { signal } = stopping

  function clearFor({ type }: Pick<EventType, 'type'>): void {
    for (const [{ clearedBy }, cache] of created) if (clearedBy.some((event) => event.type === type)) cache.clear()
  }

  /** What was missed until now is not known. */
  async function follow(start: Follow): Promise<EventStream<EventType>> {
    const events = [...created.keys()].flatMap(({ clearedBy }) => clearedBy)
    const stream = await start(events, { signal })
    for (const cache of created.values()) cache.clear()
    return stream
  }

  async function keepFollowing(start: Follow, first: EventStream<EventType>): Promise<void> {
    for (let stream: EventStream<EventType> | undefined = first; !signal.aborted; ) {
      try {
        stream ??= await follow(start)
        for await (const { event } of stream) clearFor(event)
        return
      } catch (error) {
        log.warn({ service: name, err: error }, 'what clears the cache cannot be followed for now')
        stream = undefined
        await sleep(PAUSE, undefined, { signal }).catch(() => {})
      }
    }
  }

  return {
    cacheOf: (cache) => created.get(cache) ?? missing(name, cache),
    clearing(db, emit) {
      if (created.size === 0) return emit
      const types = new Set<string>()
      return async (event, said) => {
        await emit(event, said)
        if (types.has(event.type)) return
        types.add(event.type)
        db.afterCommit(() => clearFor(event))
      }
    },
    async watch(start) {
      if (created.size > 0) void keepFollowing(start, await follow(start))
    },
    stop: () => stopping.abort(),
  }
}

function missing(service: string, { name }: AnswerCache): never {
  throw new Error(`${service} has no cache called ${name}.`)
}
