import { invalidFields, withLog } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import type { Consumer } from '../consumer.ts'
import type { Queue } from '../queue.ts'

/**
 * Who works on a queue that is declared. `perform` gets `reads`, with a log that names the item, and the service's ports;
 * `settle` gets what the unit of work has. A payload that the queue would not take today makes its item a dead letter.
 */
export function consumerOf(queue: Queue, reads: Omit<Reads, 'log'>, ports: object = {}): Consumer {
  const { name, retry, concurrency, validate, perform, settle } = queue
  return {
    ...{ queue: name, retry, concurrency },
    handlingOf: ({ id, attempt }) => ({ queue: name, item: id, attempt }),
    async perform(work, logOf) {
      const errors = validate(work.payload)
      if (errors.length > 0) throw invalidFields(errors)
      // `service` has checked that what it needs is connected.
      return perform?.(withLog({ ...ports, ...reads }, logOf) as never, work as never)
    },
    settle: async (needs, work, outcome) => settle?.(needs as never, work as never, outcome as never),
  }
}
