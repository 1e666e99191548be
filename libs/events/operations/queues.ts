import { type Kysely, type Selects, sql } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { ItemState, WorkTables } from '../items.ts'
import { ITEM_STATES, interventions, pauses } from '../tables.ts'
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

/** Items of one queue in one state that are looked at: a look costs as much with a million of them. */
export const MOST_COUNTED = 10_000

/**
 * What is in the queues of a database, by name; those in which nothing is are absent, unless they are paused. Of each state
 * the 10,000 that are due first are looked at: so many means that many or more.
 */
export async function listQueueDepths(store: EventStore): Promise<readonly QueueDepth[]> {
  const { reader } = store.database
  const paused = await reader.query((query: Selects<WorkTables>) => query.selectFrom('mainspring_pauses').selectAll())
  const names = new Set([...(await listQueuesWithItems(store)), ...paused.map(({ queue }) => queue)])
  const depths = [...names].toSorted().map(async (queue): Promise<QueueDepth> => {
    const own = await countItems(store, queue)
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
  return Promise.all(depths)
}

/** Goes from name to name, one look at the index for each, however many items there are. */
async function listQueuesWithItems({ database }: EventStore): Promise<readonly string[]> {
  const names: string[] = []
  for (let last = ''; ; ) {
    const [next] = await database.reader.query((query: Selects<WorkTables>) =>
      query
        .selectFrom('mainspring_items')
        .select((look) => look.fn.min<string | null>('queue').as('queue'))
        .where('queue', '>', last),
    )
    if (next?.queue == null) return names
    last = next.queue
    names.push(last)
  }
}

async function countItems({ database }: EventStore, queue: string) {
  const rows = await database.reader.query((query: Selects<WorkTables>) => {
    const counts = ITEM_STATES.map((state) => {
      const items = query.selectFrom('mainspring_items').select(['create_time', 'attempts'])
      const first = items.where('queue', '=', queue).where('state', '=', state).orderBy('due_time').orderBy('number')
      return query
        .selectFrom(first.limit(MOST_COUNTED).as('some'))
        .select((look) => [
          sql<ItemState>`${sql.lit(state)}`.as('state'),
          look.fn.countAll<number>().as('count'),
          look.fn.min('create_time').as('oldest'),
          look.fn.max('attempts').as('attempts'),
        ])
    })
    return counts.reduce((all, count) => all.unionAll(count))
  })
  return rows.filter(({ count }) => Number(count) > 0)
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
