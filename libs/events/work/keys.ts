import {
  type Expression,
  type Given,
  type Kysely,
  prepared,
  type RawBuilder,
  type Selects,
  type SqlBool,
  sql,
} from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { ItemState, WorkTables } from '../items.ts'

/** What subqueries are built with. */
export type Look = Selects<WorkTables>

/** Items of a key in some states, each state one look at the index, which is why dead letters cost nothing. */
const ofKey = (look: Look, queue: Expression<string>, key: string, ...states: readonly ItemState[]) =>
  look
    .selectFrom('mainspring_items as e')
    .select('e.number')
    .where('e.queue', '=', queue)
    .where('e.state', 'in', states)
    .where(sql<SqlBool>`e.key = ${sql.ref(key)}`)

/** Whether none of the key of the item `i` stands in its way: none is taken, and none that is alive comes before it. */
export function isFirstOfItsKey(look: Look, queue: Expression<string>): Expression<SqlBool> {
  const taken = ofKey(look, queue, 'i.key', 'LEASED').where(sql<SqlBool>`e.number <> i.number`)
  const before = ofKey(look, queue, 'i.key', 'READY', 'WAITING').where(sql<SqlBool>`e.number < i.number`)
  return sql`(i.key is null or not (exists ${taken} or exists ${before}))`
}

/**
 * Lets the next item of a key be taken, if one waits and none is in its way; resolves to whether it did. To be called when
 * an item of the key has left and that is committed. Who comes too late or not at all is made up for by `sweep`.
 */
export async function promote(store: EventStore, queue: string, key: string): Promise<boolean> {
  const next = await store.database.reader.queryPrepared(nextOfKey, { queue, key })
  return (await makeReady(store, next)) > 0
}

/** The same for the keys of some items of a queue, with two statements; resolves to how many may be taken now. */
export async function promoteOf(store: EventStore, queue: string, numbers: readonly number[]): Promise<number> {
  const next = await store.database.reader.query((query: Selects<WorkTables>) => {
    const keys = query.selectFrom('mainspring_items').select('key').distinct().where('number', 'in', numbers)
    const present = keys.where('queue', '=', queue).where('key', 'is not', null)
    return query.selectFrom(present.as('k')).select(firstWaiting(query, sql`${queue}`, 'k.key').as('number'))
  })
  return makeReady(store, next)
}

/** What may be taken next of a key. */
export interface Next {
  /** The first that waits; null when something is in its way. */
  readonly number: number | null
}

/** Lets those be taken that wait and have nothing in their way; resolves to how many. */
export async function makeReady({ database }: EventStore, found: readonly Next[]): Promise<number> {
  const numbers = found.map(({ number }) => number).filter((number) => number !== null)
  if (numbers.length === 0) return 0
  const update = (query: Kysely<WorkTables>) =>
    query
      .updateTable('mainspring_items')
      .set({ state: 'READY' })
      .where('number', 'in', numbers)
      .where('state', '=', 'WAITING')
  return database.write((db) => db.execute(update), { single: true })
}

/** Of the key in the column `key`: the first that waits, or null when something is in its way. */
export function firstWaiting(look: Look, queue: Expression<string>, key: string): RawBuilder<number | null> {
  const first = ofKey(look, queue, key, 'WAITING').orderBy('e.number').limit(1)
  const taken = ofKey(look, queue, key, 'LEASED')
  const before = ofKey(look, queue, key, 'READY').where(sql<SqlBool>`e.number < ${first}`)
  return sql<number | null>`case when exists ${taken} or exists ${before} then null else ${first} end`
}

const nextOfKey = prepared((query: Kysely<WorkTables>, given: Given<{ queue: string; key: string }>) =>
  query
    .selectFrom(
      ofKeyWaiting(query, given('queue'))
        .where(sql<SqlBool>`w.key = ${given('key')}`)
        .limit(1)
        .as('k'),
    )
    .select(firstWaiting(query, given('queue'), 'k.key').as('number')),
)

/** Items that wait for another one of their key. */
export const ofKeyWaiting = (look: Look, queue: Expression<string>) =>
  look.selectFrom('mainspring_items as w').select('w.key').where('w.queue', '=', queue).where('w.state', '=', 'WAITING')
