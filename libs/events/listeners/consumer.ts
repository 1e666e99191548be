import type { Consumer } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import type { Envelope } from '../envelope.ts'
import type { Listener } from '../listener.ts'
import { marks } from '../tables.ts'
import { handleEvent, handlingOf } from './handle.ts'
import { unblock } from './unblock.ts'

/** Works on the events that a listener had to set aside. `later` are the listeners that come after it: `wake` has their items looked at. */
export function consumerOfListener(
  store: EventStore,
  listener: Listener,
  later: readonly Listener[],
  wake: () => void,
): Consumer {
  const { name, retry, concurrency } = listener

  async function unblockLater(): Promise<void> {
    try {
      const freed = await Promise.all(later.map((each) => unblock(store, each)))
      if (freed.some((items) => items > 0)) wake()
    } catch (error) {
      store.log.debug({ listener: name, err: error }, 'what was blocked is freed a moment later')
    }
  }

  return {
    queue: name,
    retry,
    concurrency,
    handlingOf: ({ payload, attempt }) => handlingOf(listener, payload as Envelope, attempt),
    async settle(needs, { payload }, _, position) {
      if (position !== null && !(await needs.db.insertUnlessThere(marks, { listener: name, position }))) return
      await handleEvent(listener, needs, payload as Envelope) // as the runner put it there
    },
    onSettled: () => void unblockLater(),
  }
}
