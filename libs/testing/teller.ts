import type { Writer } from '@mainspring/data'
import {
  createServiceEvents,
  type Emit,
  type EventStore,
  type EventType,
  type Writes as EventWrites,
} from '@mainspring/events'

/** An event, as far as it is not the envelope's. */
export interface Told {
  readonly type: string
  readonly [field: string]: unknown
}

/** What is emitted in a test. */
export interface Teller {
  /** A unit's ways to publish. */
  readonly publishing: (db: Writer) => Pick<EventWrites, 'emit' | 'enqueue'>
  /** What was emitted by units that were committed, in the order of their commits. */
  readonly told: readonly Told[]
  /** What was emitted while something was done. */
  readonly listen: (action: () => Promise<unknown>) => Promise<readonly Told[]>
}

/** Publishes for a service in a test, into its outbox as it does when it runs, and keeps what was said. */
export function createTeller(store: EventStore, events: readonly EventType[]): Teller {
  const declared = { events, listeners: [], queues: [], schedules: [] }
  const { publishing } = createServiceEvents(store, declared, {})
  const told: Told[] = []
  return {
    told,
    publishing(db) {
      const { emit, enqueue } = publishing(db, {})
      const emitAndTell: Emit = async (event, said) => {
        await emit(event, said)
        db.afterCommit(() => told.push({ type: event.type, ...said }))
      }
      return { emit: emitAndTell, enqueue }
    },
    async listen(action) {
      const before = told.length
      await action()
      return told.slice(before)
    },
  }
}
