import { asSpan, toTimestamp } from '@mainspring/core'
import type { RunUnit } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import { originOf } from '../envelope.ts'
import { handlingSpan } from '../handling.ts'
import { insertItems, type NewItem } from '../items.ts'
import { CONDUCTOR, requireLease } from '../lease.ts'
import type { Listener } from '../listener.ts'
import { endOf } from '../logs.ts'
import { firstFailure } from './failure.ts'
import { handleEvent, handlingOf } from './handle.ts'
import { markUnderEpoch, NotOurs } from './marks.ts'
import {
  type Arrival,
  findDealtWith,
  findErased,
  findHeldUp,
  findItems,
  haveItems,
  readPage,
  type Stretch,
} from './page.ts'
import { findPlace } from './place.ts'
import { unblock } from './unblock.ts'

/** Leads one listener through the inbox. */
export interface Runner {
  readonly listener: Listener
  /** All up to here are done for it, or are items. */
  readonly seen: number
  /** Whether there is nothing to be done by `rest`. */
  readonly isAtRest: boolean
  /**
   * Deals with the next events up to `end`, as many as a page has; resolves to whether there may be more. What fails becomes
   * an item. Throws when the database is away, and `LeaseLost`; then the next call begins where this one did, and repeats nothing.
   */
  readonly run: (end: number, signal: AbortSignal) => Promise<boolean>
  /** To be called now and then while nothing arrives: writes its place down, and frees what nobody did that is blocked no longer. */
  readonly rest: () => Promise<void>
  /** Writes its place down. */
  readonly save: () => Promise<void>
}

/** What a runner is made of. */
export interface RunnerOptions {
  readonly store: EventStore
  readonly listener: Listener
  /** The runners of the listeners that come first: it never overtakes them. */
  readonly before: readonly Runner[]
  readonly runUnit: RunUnit
  /** The conductor's, for as long as it is the conductor. */
  readonly epoch: number
  /** Told when items were made. */
  readonly onItems: () => void
}

/** Events that are read at once. */
const PAGE = 200
/**
 * Places among which they are looked for at first, twice as many after none was found. PostgreSQL takes a range for small whose
 * tables it has not analysed, and would sort all of a backlog for each page.
 */
const REACH = 1_000
/** Its place is written down after so many events, or so many milliseconds; until then marks say what is done. */
const SAVE_AFTER = { events: 500, milliseconds: 1_000 }

/** Makes the runner of a listener that is registered. */
export async function createRunner(options: RunnerOptions): Promise<Runner> {
  const { store, listener, before, runUnit, epoch, onItems } = options
  const { reader } = store.database
  const place = await findPlace(store, listener.name, epoch)
  const concerned = [listener, ...listener.after].map(({ name }) => name)
  let seen = place.position
  let saved = { position: seen, time: performance.now() }
  /** Up to here events may be done or items already: for who conducted before, or because a call failed. */
  let doubtful = await endOf(reader, 'inbox')
  let mayHaveItems = true
  let reach = REACH

  async function run(end: number, signal: AbortSignal): Promise<boolean> {
    const last = Math.min(end, ...before.map((each) => each.seen))
    if (last <= seen) return false
    const to = Math.min(last, seen + reach)
    const page = await readPage(reader, listener, { after: seen, to }, PAGE)
    const stretch = { after: seen, to: page.length < PAGE ? to : (page.at(-1)?.position ?? to) }
    const done = seen < doubtful ? await findDealtWith(reader, listener, stretch) : NONE
    const arrivals = done.size === 0 ? page : page.filter(({ position }) => !done.has(position))
    doubtful = Math.max(doubtful, stretch.to)
    if (arrivals.length > 0) await runLanes(arrivals, stretch, signal)
    if (signal.aborted) return false
    seen = stretch.to
    reach = page.length === 0 ? reach * 2 : REACH
    await saveIfWorthIt()
    return seen < last
  }

  /** Subjects side by side, the events of each one after the other. */
  async function runLanes(arrivals: readonly Arrival[], stretch: Stretch, signal: AbortSignal): Promise<void> {
    const trouble = await findTrouble(arrivals, stretch)
    const lanes = Map.groupBy(arrivals, ({ subject }) => subject).values()
    const takeLanes = async () => {
      for (const lane of lanes) {
        if (signal.aborted) return
        await runLane(lane, trouble, signal)
      }
    }
    const all = await Promise.allSettled(Array.from({ length: listener.concurrency }, takeLanes))
    for (const each of all) if (each.status === 'rejected') throw each.reason
  }

  async function findTrouble(arrivals: readonly Arrival[], stretch: Stretch): Promise<Trouble> {
    mayHaveItems = (mayHaveItems || before.length > 0) && (await haveItems(reader, concerned))
    if (!mayHaveItems) return { blocked: NONE, heldUp: NOBODY }
    // In this order: what comes first may be done meanwhile, and then what it blocked goes before what it would block now.
    const blocked = await findItems(reader, concerned.slice(1), stretch)
    await unblock(store, listener)
    return { blocked, heldUp: await findHeldUp(reader, listener, [...new Set(arrivals.map(({ subject }) => subject))]) }
  }

  /** What cannot be handled becomes items, all at the end: their numbers are in the order of the events. */
  async function runLane(lane: readonly Arrival[], { blocked, heldUp }: Trouble, signal: AbortSignal): Promise<void> {
    const aside: AsideItem[] = []
    let isHeldUp = lane.some(({ subject }) => heldUp.has(subject))
    for (const arrival of lane) {
      if (signal.aborted) return
      if (blocked.has(arrival.position)) aside.push(itemOf(arrival, 'BLOCKED'))
      else if (isHeldUp) aside.push(itemOf(arrival, 'WAITING'))
      else {
        const failure = await handle(arrival).then(
          () => undefined,
          (error: unknown) => firstFailure(store, listener, arrival, error),
        )
        if (failure) aside.push({ ...itemOf(arrival, failure.state), ...failure })
        isHeldUp = failure?.state === 'READY'
      }
    }
    await makeItems(aside)
  }

  const handle = ({ position, envelope }: Arrival): Promise<void> => {
    const handling = handlingOf(listener, envelope, 1)
    const origin = originOf(envelope)
    return asSpan(
      store.tracer,
      origin,
      () => handlingSpan(handling, origin),
      (cause) =>
        runUnit({ handling, origin: cause }, async (needs) => {
          await markUnderEpoch(needs.db, { listener: listener.name, position }, epoch)
          await handleEvent(listener, needs, envelope)
        }).catch(unlessOurs),
    )
  }

  async function makeItems(all: readonly AsideItem[]): Promise<void> {
    if (all.length === 0) return
    await store.database.write(async (db) => {
      await requireLease(db, CONDUCTOR, epoch)
      const erased = await findErased(db, all)
      await insertItems(
        db,
        all.filter(({ position }) => !erased.has(position)),
      )
    })
    mayHaveItems = true
    onItems()
  }

  function itemOf({ position, subject, envelope }: Arrival, state: NewItem['state']): AsideItem {
    const due_time = toTimestamp(store.clock.now())
    const origin = originOf(envelope)
    return { queue: listener.name, key: subject, state, payload: envelope, position, due_time, origin }
  }

  async function rest(): Promise<void> {
    await saveIfWorthIt()
    mayHaveItems = mayHaveItems && (await haveItems(reader, concerned))
    if (mayHaveItems && (await unblock(store, listener)) > 0) onItems()
  }

  async function saveIfWorthIt(): Promise<void> {
    const isLong = seen - saved.position >= SAVE_AFTER.events
    if (isLong || performance.now() - saved.time >= SAVE_AFTER.milliseconds) await save()
  }

  async function save(): Promise<void> {
    if (seen === saved.position) return
    await place.save(seen)
    saved = { position: seen, time: performance.now() }
  }

  return {
    listener,
    get seen() {
      return seen
    },
    get isAtRest() {
      return seen === saved.position && !mayHaveItems
    },
    run,
    rest,
    save,
  }
}

/** An event that is set aside. */
type AsideItem = NewItem & { readonly position: number }

/** What must not be handled now. */
interface Trouble {
  /** Events that a listener which comes first has as items. */
  readonly blocked: ReadonlySet<number>
  /** Subjects of which an earlier event is an item. */
  readonly heldUp: ReadonlySet<string>
}

const unlessOurs = (error: unknown): void => {
  if (!(error instanceof NotOurs)) throw error
}

const NONE: ReadonlySet<number> = new Set()
const NOBODY: ReadonlySet<string> = new Set()
