import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Log } from '@mainspring/core'
import { createClient } from '@redis/client'
import type { RedisCommands } from './redis-store.ts'

/** Milliseconds: how long one waits for an answer, and for how long one does not ask again when none came. */
const PATIENCE = { answer: 100, again: 1_000, connect: 1_000 }

/** A Redis as a cache needs it: one that is away, or slow, is passed over. */
export interface Redis extends RedisCommands {
  /** Has `listener` called each time that a connection stands; what was kept there meanwhile is not known. */
  readonly onConnect: (listener: () => void) => void
  readonly close: () => void
}

/** Connects to a Redis, now or when it is there. That it is away, and that it is back, is one line of the log each. */
export function openRedis(url: string, { clock, log }: { readonly clock: Clock; readonly log: Log }): Redis {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: PATIENCE.connect, reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 2_000) },
  })
  const listeners: (() => void)[] = []
  let isAway = false
  let silentUntil = 0

  function noteAway(error: unknown): void {
    silentUntil = clock.now() + PATIENCE.again
    if (!isAway) log.warn({ err: error }, 'Redis is away; answers are not kept until it is back')
    isAway = true
  }

  function noteBack(): void {
    silentUntil = 0
    if (isAway) log.info('Redis is back')
    isAway = false
  }

  async function ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (!client.isReady || clock.now() < silentUntil) return undefined
    const stopped = new AbortController()
    const silence = sleep(PATIENCE.answer, undefined, { signal: stopped.signal, ref: false }).then(() => {
      throw new Error(`Redis did not answer within ${PATIENCE.answer} ms.`)
    })
    silence.catch(() => {})
    try {
      const answer = await Promise.race([command(), silence])
      noteBack()
      return answer
    } catch (error) {
      noteAway(error)
      return undefined
    } finally {
      stopped.abort()
    }
  }

  client.on('error', noteAway)
  client.on('ready', () => {
    noteBack()
    for (const tell of listeners) tell()
  })
  client.connect().catch(noteAway)

  return {
    getMany: (keys) => ask(() => client.mGet([...keys])),
    set: async (key, value, milliseconds) => {
      const expiration = milliseconds === undefined ? {} : { expiration: { type: 'PX' as const, value: milliseconds } }
      return (await ask(() => client.set(key, value, expiration))) !== undefined
    },
    onConnect: (listener) => listeners.push(listener),
    close() {
      if (client.isOpen) client.destroy()
    },
  }
}
