import { asSpan, createIds, toTimestamp } from '@mainspring/core'
import type { Kysely, Selects, TablesOf, Writer } from '@mainspring/data'
import type { RunUnit } from './consumer.ts'
import type { EventStore } from './context.ts'
import type { Origin } from './envelope.ts'
import { handlingSpan, logFor } from './handling.ts'
import { isWorthRetrying, pauseAfter } from './retry.ts'
import type { Schedule } from './schedule.ts'
import { schedules as table } from './tables.ts'

type Tables = TablesOf<[typeof table]>

/** Runs schedules when they are due, by the clock of the service. */
export interface Scheduler {
  /**
   * Runs all that is due, side by side, and resolves when that is through. What fails is logged and put off; it holds up no
   * other. Rejects when the database is away: then what was due still is.
   */
  readonly runDue: () => Promise<void>
  /** The moment from which on there is something to run, as known here; at first now, and undefined when there is no schedule. */
  readonly nextDue: () => number | undefined
}

/** A schedule and how things stand with it. */
interface Place {
  readonly schedule: Schedule
  readonly due: number
  readonly attempts: number
}

/**
 * Makes the scheduler of one process. Several on one database run each time once: the next is written down in the unit of
 * work that `handle` runs in, and whoever comes second finds it there. Throws for two schedules of one name.
 */
export function createScheduler(store: EventStore, schedules: readonly Schedule[], runUnit: RunUnit): Scheduler {
  const { database, clock, log } = store
  const newId = createIds(clock)
  refuseTwins(schedules)
  let next = schedules.length === 0 ? undefined : 0

  async function runDue(): Promise<void> {
    if (next === undefined || next > clock.now()) return
    const now = clock.now()
    const due = (await findPlaces(store, schedules)).filter((place) => place.due <= now)
    const outcomes = await Promise.allSettled(due.map(run))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    next = Math.min(...(await findPlaces(store, schedules)).map((place) => place.due))
  }

  async function run({ schedule, attempts }: Place): Promise<void> {
    let isOurs = false
    const handling = { schedule: schedule.name }
    // Nobody asked for it, but all that follows from it is to be found by one id.
    const origin: Origin = { requestid: newId() }
    try {
      await asSpan(
        store.tracer,
        origin,
        () => handlingSpan(handling, origin),
        (cause) =>
          runUnit({ handling, origin: cause }, async (needs) => {
            isOurs = await moveOn(needs.db, schedule, clock.now())
            // `service` has checked that there is what it needs.
            if (isOurs) await schedule.handle(needs as never)
          }),
      )
    } catch (error) {
      if (!isOurs) throw error
      await putOff(schedule, attempts, error, origin)
    }
  }

  async function putOff(schedule: Schedule, attempts: number, error: unknown, origin: Origin): Promise<void> {
    const { name, retry } = schedule
    const now = clock.now()
    const pause = isWorthRetrying(error) ? pauseAfter(retry, attempts + 1) : undefined
    const due = pause === undefined ? schedule.nextAfter(now) : now + pause
    const told = { err: error, attempt: attempts + 1, next: toTimestamp(due) }
    const line = logFor(log, { schedule: name }, origin)
    if (pause === undefined) line.error(told, 'a schedule failed and waits for its next time')
    else line.warn(told, 'a schedule failed and is tried again')
    const changes = { attempts: pause === undefined ? 0 : attempts + 1 }
    await database.write((db) => update(db, schedule, now, { ...changes, due_time: momentOf(db, due) }))
  }

  return { runDue, nextDue: () => next }
}

function refuseTwins(schedules: readonly Schedule[]): void {
  const names = schedules.map(({ name }) => name)
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin !== undefined) throw new Error(`Two schedules are called ${twin}.`)
}

/** Where all schedules stand; those that are new, or have another rule, begin now. */
async function findPlaces(store: EventStore, schedules: readonly Schedule[]): Promise<readonly Place[]> {
  const { database } = store
  const names = schedules.map(({ name }) => name)
  const rows = await database.reader.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_schedules')
      .select(['name', 'rule', 'due_time', 'attempts'])
      .where('name', 'in', names),
  )
  const places: Place[] = []
  for (const schedule of schedules) {
    const row = rows.find(({ name, rule }) => name === schedule.name && rule === schedule.rule)
    const due = row
      ? Date.parse(String(database.reader.decode('timestamp', row.due_time)))
      : await begin(store, schedule)
    places.push({ schedule, due, attempts: Number(row?.attempts ?? 0) })
  }
  return places
}

async function begin({ database, clock }: EventStore, { name, rule, nextAfter }: Schedule): Promise<number> {
  const due = nextAfter(clock.now())
  const fresh = { rule, last_time: null, attempts: 0 }
  await database.write(async (db) => {
    if (await db.insertUnlessThere(table, { ...fresh, name, due_time: toTimestamp(due) })) return
    await db.execute((query: Kysely<Tables>) =>
      query
        .updateTable('mainspring_schedules')
        .set({ ...fresh, due_time: momentOf(db, due) })
        .where('name', '=', name)
        .where('rule', '<>', rule),
    )
  })
  return due
}

/** Writes down the next time, unless somebody else did; waits for who is about to. */
async function moveOn(db: Writer, schedule: Schedule, now: number): Promise<boolean> {
  const changes = { attempts: 0, last_time: momentOf(db, now), due_time: momentOf(db, schedule.nextAfter(now)) }
  return (await update(db, schedule, now, changes)) > 0
}

/** Changes a schedule that is still due. */
const update = (
  db: Writer,
  { name, rule }: Schedule,
  now: number,
  changes: Partial<Tables['mainspring_schedules']>,
): Promise<number> =>
  db.execute((query: Kysely<Tables>) =>
    query
      .updateTable('mainspring_schedules')
      .set(changes)
      .where('name', '=', name)
      .where('rule', '=', rule)
      .where('due_time', '<=', momentOf(db, now)),
  )

const momentOf = (db: Writer, moment: number): string => String(db.encode('timestamp', toTimestamp(moment)))
