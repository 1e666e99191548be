import { type AppError, invalid } from '@mainspring/core'
import type { EventStore } from '../context.ts'
import { type Envelope, type EventOf, understand } from '../envelope.ts'
import { type EventType, sourceOf } from '../event.ts'
import type { LogEntry, LogName } from '../logs.ts'
import { isWorthRetrying } from '../retry.ts'
import type { FollowedLog } from './log.ts'
import { createTail } from './tail.ts'

/** An event at its place in a log. */
export interface Streamed<E> {
  /** From here a reader that was cut goes on. */
  readonly position: number
  readonly event: EventOf<E>
}

/** Events as they come, to be read once. It is asked for no more than its reader takes. */
export interface EventStream<E> extends AsyncIterable<Streamed<E>> {
  /** All up to here was given and gone on from, or is not among what was asked for. */
  readonly position: number
}

/** Which events are followed, and from where. */
export interface FollowOptions<E extends EventType> {
  /** Behind a position, behind all that has come so far (which is the default), or with the first that is kept. */
  readonly from?: 'beginning' | 'now' | number
  /** Whether it goes on with what comes, until it is aborted; else it ends with what had come when it was asked for. */
  readonly live?: boolean
  /** Only those of one resource. */
  readonly subject?: string | undefined
  readonly matches?: (event: EventOf<E>) => boolean
  /** What this service emits (`outbox`, the default), or what its listeners hear from all services (`inbox`). */
  readonly log?: LogName
  /** Ends the stream, without an error. So does the end of the process. */
  readonly signal?: AbortSignal
}

/**
 * Follows events: first what is kept, then what comes, in the order of the log and without gap or repeat. Throws
 * `position_gone` when the position, or where a slow reader has got to, is older than what is kept; it says from where one may
 * go on. A position behind the end, as after a restore, counts as the end.
 */
export type Follow = <E extends EventType>(events: readonly E[], options?: FollowOptions<E>) => Promise<EventStream<E>>

/** The streams of a service. */
export interface Streams {
  readonly follow: Follow
  /** Ends them all. */
  readonly stop: () => Promise<void>
}

/** Events that a reader has in memory at once. */
const PAGE = 100

/** Places that one statement looks at, however few of their events are wanted. */
const STRETCH = 5_000

/** Creates the streams of a service over its logs. */
export function createStreams({ service, log }: EventStore, logs: readonly FollowedLog[]): Streams {
  const stopping = new AbortController()
  const tails = new Map(logs.map((each) => [each.name, { source: each, tail: createTail(each, log) }]))
  const parsed = new WeakMap<LogEntry, Envelope>()

  async function follow<E extends EventType>(
    events: readonly E[],
    { from = 'now', live = true, subject, matches = () => true, log: name = 'outbox', signal }: FollowOptions<E> = {},
  ): Promise<EventStream<E>> {
    const foreign = name === 'outbox' && events.find((event) => sourceOf(event) !== service)
    if (foreign) throw new Error(`${service} does not emit ${foreign.type}; what it hears is in its inbox.`)
    const { source, tail } = tails.get(name) ?? missing(name)
    const ended = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])])
    const byType = new Map<string, E>(events.map((event) => [event.type, event]))
    const types = [...byType.keys()]
    const end = await source.end()
    let position = await findStart(source, from, end)

    async function* read(): AsyncGenerator<Streamed<E>, void> {
      const leave = live ? tail.join(end, types) : () => {}
      try {
        while (!ended.aborted) {
          const last = live ? tail.end() : end
          if (last > position) yield* readPage(last)
          else if (live) await tail.whenBehind(position, ended)
          else return
        }
      } finally {
        leave()
      }
    }

    async function* readPage(last: number): AsyncGenerator<Streamed<E>, void> {
      const { entries, to } = (live && tail.recent(position, types)) || (await readKept(last))
      for (const entry of entries) {
        const type = byType.get(entry.type)
        const event = type && (subject === undefined || entry.subject === subject) && open(type, entry)
        if (event && matches(event)) {
          yield { position: entry.position, event }
          position = entry.position
          if (ended.aborted) return
        }
      }
      position = to
    }

    async function readKept(last: number) {
      const to = Math.min(last, position + STRETCH)
      const entries = await source.read({ after: position, to, types, subject }, PAGE)
      refuseGap(position, await source.beginning())
      return { entries, to: entries.length < PAGE ? to : (entries.at(-1)?.position ?? to) }
    }

    /** What is no such event is passed over, as a listener would set it aside. */
    function open(type: E, entry: LogEntry): EventOf<E> | undefined {
      try {
        return understand(type, parse(entry))
      } catch (error) {
        if (isWorthRetrying(error)) throw error
        log.error(
          { log: name, position: entry.position, err: error },
          'an event cannot be understood and is not streamed',
        )
        return undefined
      }
    }

    const stream = read()
    return {
      get position() {
        return position
      },
      [Symbol.asyncIterator]: () => stream,
    }
  }

  /** Once for all readers who have it at hand. */
  function parse(entry: LogEntry): Envelope {
    const known = parsed.get(entry)
    if (known) return known
    const envelope: Envelope = JSON.parse(entry.envelope)
    parsed.set(entry, envelope)
    return envelope
  }

  return {
    follow,
    async stop() {
      stopping.abort()
      await Promise.all([...tails.values()].map(({ tail }) => tail.stop()))
    },
  }
}

async function findStart(source: FollowedLog, from: 'beginning' | 'now' | number, end: number): Promise<number> {
  if (from === 'now') return end
  const beginning = await source.beginning()
  if (from === 'beginning') return Math.min(beginning - 1, end)
  refuseGap(from, beginning)
  return Math.min(from, end)
}

function refuseGap(position: number, beginning: number): void {
  if (position < beginning - 1) throw gone(position, beginning)
}

function gone(position: number, beginning: number): AppError {
  const detail = `What came behind ${position} is not kept any more; the first that is has position ${beginning}.`
  return invalid('position_gone', { detail, position, beginning })
}

function missing(name: LogName): never {
  throw new Error(`There is no ${name} to be followed.`)
}
