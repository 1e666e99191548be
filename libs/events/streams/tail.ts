import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@mainspring/core'
import type { LogEntry } from '../logs.ts'
import { createWake } from '../wake.ts'
import type { FollowedLog } from './log.ts'

/** The end of a log, looked at once for all who follow it in this process. */
export interface Tail {
  /**
   * Has it looked at from now on for events of these types, the end known so far being this one; returns what ends that. For
   * nobody nobody looks, and what nobody wants is not read.
   */
  readonly join: (known: number, types: readonly string[]) => () => void
  /** The last place that is known here. */
  readonly end: () => number
  /** Resolves when something is known behind a place, or `signal` aborts. */
  readonly whenBehind: (place: number, signal: AbortSignal) => Promise<void>
  /**
   * What came lately behind a place, of these types and maybe others, shared by all who ask, and how far that goes; nothing if
   * it is not at hand.
   */
  readonly recent: (after: number, types: readonly string[]) => Recent | undefined
  /** Looks no more. */
  readonly stop: () => Promise<void>
}

/** What came lately. */
export interface Recent {
  readonly entries: readonly LogEntry[]
  readonly to: number
}

/** Milliseconds until it looks again when nobody woke it: they double while nothing comes. */
const LOOKS = { first: 20, last: 1_000 }

/** Milliseconds from a look that found something to the next: what comes steadily is read together. */
const GATHERING = 10

/** What is kept at hand; also no longer than so many milliseconds, since it may be erased meanwhile. */
const AT_HAND = { events: 1_000, characters: 4 * 1024 * 1024, milliseconds: 5_000 }

/** Makes the tail of a log. A log that cannot be looked at has nothing new for now, which is said in `complaints`. */
export function createTail(log: FollowedLog, complaints: Log): Tail {
  const stopping = new AbortController()
  const waiting = new Set<() => void>()
  const { wake, wait } = createWake()
  let batches: readonly Batch[] = []
  const followers = new Set<readonly string[]>()
  let end: number | undefined
  let pause = LOOKS.first
  let watching: Promise<void> | undefined

  async function watch(): Promise<void> {
    const deafen = [log.onNews(lookNow), log.onExpected?.(lookSoon)]
    while (followers.size > 0 && !stopping.signal.aborted) {
      const isNews = await look().catch((error: unknown) => {
        complaints.warn({ log: log.name, err: error }, 'a log cannot be followed for now')
        return false
      })
      if (isNews) await sleep(GATHERING)
      else await wait(pause, stopping.signal)
      pause = isNews ? LOOKS.first : Math.min(pause * 2, LOOKS.last)
    }
    for (const each of deafen) each?.()
    batches = []
    end = undefined
    watching = undefined
  }

  function lookNow(): void {
    pause = LOOKS.first
    wake()
  }

  /** There will be more in a moment. Whoever gives the places says so if they can, which is sooner and ends this wait. */
  function lookSoon(): void {
    if (pause === LOOKS.first) return
    pause = LOOKS.first
    setTimeout(wake, LOOKS.first).unref()
  }

  async function look(): Promise<boolean> {
    const [before, next] = [end, await log.end()]
    batches = batches.filter(({ time }) => performance.now() - time < AT_HAND.milliseconds)
    if (before === undefined || next === before) return false
    await takeUp(before, next)
    end = next
    for (const tell of waiting) tell()
    return true
  }

  async function takeUp(after: number, to: number): Promise<void> {
    if (to - after > AT_HAND.events) {
      batches = []
      return
    }
    const types = new Set([...followers].flat())
    const entries = await log.read({ after, to, types: [...types] }, to - after)
    const characters = entries.reduce((sum, { envelope }) => sum + envelope.length, 0)
    batches = withinLimits([...batches, { after, to, types, entries, characters, time: performance.now() }])
  }

  return {
    join(known, types) {
      followers.add(types)
      end ??= known
      watching ??= watch()
      return () => {
        followers.delete(types)
        if (followers.size === 0) wake()
      }
    },
    end: () => end ?? 0,
    async whenBehind(place, signal) {
      if (signal.aborted || (end ?? 0) > place) return
      await new Promise<void>((resolve) => {
        const tell = () => {
          if (!signal.aborted && (end ?? 0) <= place) return
          waiting.delete(tell)
          signal.removeEventListener('abort', tell)
          resolve()
        }
        waiting.add(tell)
        signal.addEventListener('abort', tell)
      })
    },
    recent(place, types) {
      const batch = batches.find(({ after, to }) => after <= place && place < to)
      // Who joined while it was read may want what was not.
      if (!batch || types.some((type) => !batch.types.has(type))) return undefined
      const { entries, to } = batch
      return { entries: entries.filter(({ position }) => position > place), to }
    },
    async stop() {
      stopping.abort()
      await watching
    },
  }
}

interface Batch extends Recent {
  readonly after: number
  readonly types: ReadonlySet<string>
  readonly characters: number
  readonly time: number
}

/** The latest of them, as many as may be at hand. */
function withinLimits(batches: readonly Batch[]): readonly Batch[] {
  let events = 0
  let size = 0
  const first = batches.findLastIndex(({ entries, characters }) => {
    events += entries.length
    size += characters
    return events > AT_HAND.events || size > AT_HAND.characters
  })
  return batches.slice(first + 1)
}
