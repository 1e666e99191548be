import type { Selects, TablesOf } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import { endOf } from '../logs.ts'
import type { readers, schedules } from '../tables.ts'
import { momentOf } from './dead-letters.ts'

type Tables = TablesOf<[typeof readers, typeof schedules]>

/** Who reads what a service emits: another service in the same process, or the way into a broker. */
export interface ReaderPlace {
  readonly reader: string
  readonly position: number
  /** Events that it has not got. */
  readonly lag: number
  /** When it last came. */
  readonly update_time: string
}

/** How far the logs of a service are. */
export interface LogPositions {
  /** The last place of what it has emitted. */
  readonly published_position: number
  /** The last place of what has arrived for its listeners. */
  readonly received_position: number
  readonly readers: readonly ReaderPlace[]
}

/** How far the logs of a service are, and those who read what it emits. */
export async function getLogPositions(store: EventStore): Promise<LogPositions> {
  const { reader } = store.database
  const rows = await reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_readers').selectAll().orderBy('name'),
  )
  const published_position = await endOf(reader, 'outbox')
  return {
    published_position,
    received_position: await endOf(reader, 'inbox'),
    readers: rows.map(({ name, position, update_time }) => ({
      reader: name,
      position,
      lag: Math.max(0, published_position - position),
      update_time: momentOf(store, update_time),
    })),
  }
}

/** How things stand with a schedule. */
export interface ScheduleState {
  readonly schedule: string
  /** With its time zone. */
  readonly rule: string
  readonly due_time: string
  /** When it last ran to its end. */
  readonly last_time: string | null
  /** Those that have failed since. */
  readonly attempts: number
}

/** The schedules that a service has or had, by name. */
export async function listSchedules(store: EventStore): Promise<readonly ScheduleState[]> {
  const rows = await store.database.reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_schedules').selectAll().orderBy('name'),
  )
  return rows.map(({ name, due_time, last_time, ...rest }) => ({
    schedule: name,
    ...rest,
    due_time: momentOf(store, due_time),
    last_time: last_time === null ? null : momentOf(store, last_time),
  }))
}
