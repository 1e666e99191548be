import type { Kysely, Selects } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { ItemState, WorkTables } from '../items.ts'
import { interventions, pauses } from '../tables.ts'
import { momentOf } from './dead-letters.ts'

/** What is in a queue, or is kept for a listener. */
export interface QueueDepth {
  readonly queue: string
  /** Since when nothing is taken from it. */
  readonly pause_time: string | null
  /** Items by how things stand with them; absent where there are none. */
  readonly states: { readonly [S in ItemState]?: number }
  /** When the oldest one that is no dead letter was made. */
  readonly oldest_time: string | null
  /** Failed attempts of that one which has most of them and is no dead letter. */
  readonly most_attempts: number
}

/** What is in the queues of a database, by name; those in which nothing is are absent, unless they are paused. */
export async function listQueueDepths(store: EventStore): Promise<readonly QueueDepth[]> {
  const { reader } = store.database
  const rows = await reader.query((query: Selects<WorkTables>) =>
    query
      .selectFrom('mainspring_items')
      .select(['queue', 'state'])
      .select((look) => [
        look.fn.countAll<number>().as('count'),
        look.fn.min('create_time').as('oldest'),
        look.fn.max('attempts').as('attempts'),
      ])
      .groupBy(['queue', 'state']),
  )
  const paused = await reader.query((query: Selects<WorkTables>) => query.selectFrom('mainspring_pauses').selectAll())
  const names = new Set([...rows, ...paused].map(({ queue }) => queue))
  return [...names].toSorted().map((queue) => {
    const own = rows.filter((row) => row.queue === queue)
    const alive = own.filter(({ state }) => state !== 'DEAD')
    const pause = paused.find((each) => each.queue === queue)
    return {
      queue,
      pause_time: pause ? momentOf(store, pause.create_time) : null,
      states: Object.fromEntries(own.map(({ state, count }) => [state, Number(count)])),
      oldest_time: alive.map(({ oldest }) => momentOf(store, oldest)).toSorted()[0] ?? null,
      most_attempts: Math.max(0, ...alive.map(({ attempts }) => attempts)),
    }
  })
}

/** Has nobody take anything from a queue, or handle anything for a listener, until it is resumed; what is begun is finished. */
export async function pauseQueue({ database }: EventStore, queue: string, actor: string): Promise<void> {
  await database.write(async (db) => {
    const create_time = db.now()
    if (!(await db.insertUnlessThere(pauses, { queue, create_time }))) return
    await db.append(interventions, [{ actor, action: 'pause', queue, create_time }])
  })
}

/** Ends a pause. */
export async function resumeQueue({ database }: EventStore, queue: string, actor: string): Promise<void> {
  await database.write(async (db) => {
    const ended = await db.execute((query: Kysely<WorkTables>) =>
      query.deleteFrom('mainspring_pauses').where('queue', '=', queue),
    )
    if (ended > 0) await db.append(interventions, [{ actor, action: 'resume', queue, create_time: db.now() }])
  })
}
