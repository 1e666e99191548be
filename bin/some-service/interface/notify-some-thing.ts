import { id } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import { queue, type Writes } from '@mainspring/events'
import { noteNotified, notifyOthers } from '../services/some-thing-service.ts'

/** Who is to be notified: done outside of the database first, then written down. */
export const notifying = queue({
  name: 'some-service.notify',
  payload: { some_thing_id: id() },
  perform: (needs: Reads, { payload, id }) => notifyOthers(needs, { id: payload.some_thing_id, message_id: id }),
  settle: (needs: Writes, { payload }) => noteNotified(needs, { id: payload.some_thing_id }),
})
