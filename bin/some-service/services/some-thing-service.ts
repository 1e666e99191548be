import { conflict, type ObjectOf, toTimestamp } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import { type closingFields, SomeThing } from '../entities/some-thing.ts'
import { SomeThingClosed } from '../events.ts'

type Closing = { readonly id: string } & ObjectOf<typeof closingFields>

/** Closes one, once, and tells whoever listens. Its row is locked, so that of many who try at the same time one succeeds. */
export async function closeSomeThing({ db, clock, emit }: Writes, { id, reason }: Closing): Promise<SomeThing> {
  const current = await db.getForUpdate(SomeThing, id)
  if (current.state === 'CLOSED') {
    const { close_time } = current
    throw conflict('some_thing_closed', { detail: `It was closed at ${close_time}.`, close_time })
  }
  const close_time = toTimestamp(clock.now())
  await emit(SomeThingClosed, { some_thing_id: id, name: current.name, reason, close_time })
  return db.update(SomeThing, current, { state: 'CLOSED', close_time, close_reason: reason })
}

/**
 * Notifies others: here goes a mail or a webhook; as it is, a line of the log. It may happen again when the process dies meanwhile,
 * with the same `message_id`.
 */
export async function notifyOthers(
  { db, log }: Reads,
  { id, message_id }: { readonly id: string; readonly message_id: string },
): Promise<void> {
  const it = await db.find(SomeThing, id)
  if (it) log.info({ message_id, path: it.path }, 'others are notified')
}

/** Writes down that others were notified, unless it is gone. */
export async function noteNotified({ db, clock }: Writes, { id }: { readonly id: string }): Promise<void> {
  const it = await db.findForUpdate(SomeThing, id)
  if (it) await db.update(SomeThing, it, { notify_time: toTimestamp(clock.now()) })
}
