import type { EventStore } from '../context.ts'
import type { Origin } from '../envelope.ts'
import type { Work } from '../queue.ts'
import type { Claimed } from './claim.ts'

/** An item in hand. Few ask for its signal, which is dear. */
export class Task {
  readonly item: Claimed
  #controller: AbortController | undefined

  constructor(item: Claimed) {
    this.item = item
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  readonly abort = (reason: Error): void => {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
}

class TaskWork implements Work<object> {
  readonly payload: object
  readonly id: string
  readonly attempt: number
  readonly #task: Task

  constructor(task: Task, id: string) {
    this.payload = JSON.parse(task.item.payload) as object
    this.id = id
    this.attempt = task.item.attempts + 1
    this.#task = task
  }

  get signal(): AbortSignal {
    return this.#task.signal
  }
}

/** An item as whoever works on it gets it. Its payload and its origin are as `insertItems` wrote them. */
export function workOf({ service, database }: EventStore, task: Task): Work<object> {
  const { number, create_time } = task.item
  const created = database.reader.decode('timestamp', create_time)
  // With the time: a number may come again when a backup was restored, and must not seem to be the one before it.
  return new TaskWork(task, `${service}-${number}-${Date.parse(String(created)).toString(36)}`)
}

/** What caused an item. */
export const originOf = ({ origin }: Claimed): Origin => (origin === null ? {} : (JSON.parse(origin) as Origin))
