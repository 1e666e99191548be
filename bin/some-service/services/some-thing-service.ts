import { conflict, type ObjectOf, toTimestamp } from '@mainspring/core'
import type { Writes } from '@mainspring/data'
import { type closingFields, SomeThing } from '../entities/some-thing.ts'

type Closing = { readonly id: string } & ObjectOf<typeof closingFields>

/** Closes one, once. Its row is locked, so that of many who try at the same time one succeeds. */
export async function closeSomeThing({ db, clock }: Writes, { id, reason }: Closing): Promise<SomeThing> {
  const current = await db.getForUpdate(SomeThing, id)
  if (current.state === 'CLOSED') {
    const { close_time } = current
    throw conflict('some_thing_closed', { detail: `It was closed at ${close_time}.`, close_time })
  }
  return db.update(SomeThing, current, {
    state: 'CLOSED',
    close_time: toTimestamp(clock.now()),
    close_reason: reason,
  })
}
