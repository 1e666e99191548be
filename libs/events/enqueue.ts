import { invalidFields, toTimestamp } from '@mainspring/core'
import type { Selects, Writer } from '@mainspring/data'
import type { Enqueue, EventStore } from './context.ts'
import type { Origin } from './envelope.ts'
import { sendingSpan } from './handling.ts'
import { insertItems, LIVE, type NewItem, type WorkTables } from './items.ts'
import type { Queue } from './queue.ts'

/** What was put into a queue. */
export interface Enqueued {
  readonly queue: string
  /** Keys of items that wait for another one. */
  readonly waiting: ReadonlySet<string>
  /** Whether some are due later. */
  readonly isDelayed: boolean
}

/** Told when it is committed; must not throw. */
export type OnEnqueued = (enqueued: Enqueued) => void

/** Items that a unit of work keeps in memory before it writes them. */
const MOST_PENDING = 1_000

/**
 * Gives units of work their way to enqueue into the queues that a service declares. Items are written last in the unit, with
 * their keys locked, so that the numbers of one key follow the commits; a unit that enqueues very many writes, and locks, sooner.
 */
export function createEnqueue(
  { clock, tracer }: EventStore,
  queues: readonly Queue[],
  onEnqueued: OnEnqueued = () => {},
): (db: Writer, origin: Origin) => Enqueue {
  const declared: ReadonlySet<unknown> = new Set(queues)
  return (db, origin) => {
    let pending: Ready[] = []
    const flush = async () => {
      const items = pending
      pending = []
      const made = await inTurn(db, items)
      await insertItems(db, made)
      db.afterCommit(() => tell(made, clock.now(), onEnqueued))
    }
    return async (queue, payload, { key, delay = 0, subject } = {}) => {
      if (!declared.has(queue)) throw new Error(`The queue ${queue.name} is not declared by this service.`)
      const errors = queue.validate(payload)
      if (errors.length > 0) throw invalidFields(errors)
      if (pending.length === 0) db.beforeCommit(flushRest)
      const due_time = toTimestamp(clock.now() + delay)
      const span = tracer?.start(...sendingSpan(queue.name, origin))
      if (span) db.afterCommit(span.end)
      const caused = span ? { ...origin, ...span.context } : origin
      pending.push({ queue: queue.name, key, state: 'READY', payload, subject, due_time, origin: caused })
      if (pending.length >= MOST_PENDING) await flush()
    }

    async function flushRest() {
      if (pending.length > 0) await flush()
    }
  }
}

type Ready = NewItem & { readonly state: 'READY' }

/** The items as they are to be written: those whose key has one that is alive wait for it. */
async function inTurn(db: Writer, items: readonly Ready[]): Promise<readonly NewItem[]> {
  const keyed = items.filter(({ key }) => key !== undefined)
  if (keyed.length === 0) return items
  await db.lockKeys([...new Set(keyed.map(placeOf))])
  const taken = new Set<string>()
  for (const [queue, those] of Map.groupBy(keyed, (item) => item.queue)) {
    const keys = [...new Set(those.map(({ key }) => key).filter((key) => key !== undefined))]
    for (const key of await findLiveKeys(db, queue, keys)) taken.add(placeOf({ queue, key }))
  }
  return items.map((item) => {
    if (item.key === undefined) return item
    const place = placeOf(item)
    if (taken.has(place)) return { ...item, state: 'WAITING' }
    taken.add(place)
    return item
  })
}

const placeOf = ({ queue, key }: Pick<NewItem, 'queue' | 'key'>): string => `${queue}/${key}`

/** Those of the keys that have items which are alive: one look for each, however many these are. */
async function findLiveKeys(db: Writer, queue: string, keys: readonly string[]): Promise<readonly string[]> {
  const live: string[] = []
  for (let start = 0; start < keys.length; start += MOST_LOOKS) {
    const found = await db.query((query: Selects<WorkTables>) => {
      const looks = keys.slice(start, start + MOST_LOOKS).map((key) => {
        const one = query.selectFrom('mainspring_items').select('key').where('queue', '=', queue)
        const first = one.where('key', '=', key).where('state', 'in', LIVE).limit(1)
        return query.selectFrom(first.as('k')).select('k.key')
      })
      return looks.reduce((all, look) => all.unionAll(look))
    })
    live.push(...found.map(({ key }) => key).filter((key) => key !== null))
  }
  return live
}

const MOST_LOOKS = 100

function tell(made: readonly NewItem[], now: number, onEnqueued: OnEnqueued): void {
  for (const [queue, those] of Map.groupBy(made, (item) => item.queue)) {
    const waiting = those.filter(({ state }) => state === 'WAITING').map(({ key }) => key)
    onEnqueued({
      queue,
      waiting: new Set(waiting.filter((key) => key !== undefined)),
      isDelayed: those.some(({ due_time }) => Date.parse(due_time) > now),
    })
  }
}
