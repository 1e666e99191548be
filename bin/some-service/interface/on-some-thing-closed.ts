import { listener, type Writes } from '@mainspring/events'
import { SomeThingClosed } from '../events.ts'
import { notifying } from './notify-some-thing.ts'

/** Has others notified. What leads out of the database is put into a queue, and so it may take its time or fail. */
export const notifyClosed = listener({
  name: 'some-service.notify_closed',
  event: SomeThingClosed,
  async handle({ enqueue }: Writes, { data: { some_thing_id } }) {
    await enqueue(notifying, { some_thing_id })
  },
})
