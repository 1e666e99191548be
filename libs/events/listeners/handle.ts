import type { Writes } from '../context.ts'
import { type Envelope, understand } from '../envelope.ts'
import type { Handling } from '../handling.ts'
import type { Listener } from '../listener.ts'

/** Has a listener do its part about an event. One that it does not listen to any more is nothing to it. */
export async function handleEvent(listener: Listener, needs: Writes, envelope: Envelope): Promise<void> {
  const event = listener.events.find(({ type }) => type === envelope.type)
  // `listener` has checked that its handle takes these events, and `service` that its needs are connected.
  if (event) await listener.handle(needs as never, understand(event, envelope) as never)
}

/** How an event in a listener's hands is told. */
export const handlingOf = ({ name }: Listener, { id, type }: Envelope, attempt: number): Handling => ({
  listener: name,
  event_id: id,
  event_type: type,
  attempt,
})
