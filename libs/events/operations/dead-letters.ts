import { notFound, toTimestamp } from '@mainspring/core'
import { type Selects, sql } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'

/** Which dead letters are meant; without any condition all of them. */
export interface DeadLetterFilter {
  readonly numbers?: readonly number[] | undefined
  readonly queue?: string | undefined
  readonly cause?: string | undefined
  readonly key?: string | undefined
  /** Those that failed at this moment or later (RFC 3339). */
  readonly failed_from?: string | undefined
  /** Those that failed before this moment. */
  readonly failed_until?: string | undefined
}

/** An item that nobody works on any more. */
export interface DeadLetter {
  readonly number: number
  readonly queue: string
  readonly key: string | null
  readonly payload: unknown
  readonly attempts: number
  readonly error: string | null
  readonly cause: string | null
  readonly create_time: string
  /** When it failed, or was edited. */
  readonly update_time: string
}

/** Dead letters that failed alike. */
export interface DeadLetterCause {
  readonly queue: string
  readonly cause: string
  readonly count: number
  readonly first_time: string
  readonly last_time: string
  /** The oldest one and the newest. */
  readonly examples: readonly DeadLetter[]
}

/** An attempt that failed. */
export interface FailedAttempt {
  readonly error: string
  readonly create_time: string
}

/** What somebody did. */
export interface Intervention {
  readonly actor: string
  readonly action: string
  /** What an edit replaced. */
  readonly payload: unknown
  readonly create_time: string
}

/** A dead letter with all that is known of it. */
export interface DeadLetterHistory extends DeadLetter {
  readonly failed: readonly FailedAttempt[]
  readonly interventions: readonly Intervention[]
}

/** A query for the dead letters that are meant, in the order of their numbers. */
export function selectDead(store: EventStore, query: Selects<WorkTables>, filter: DeadLetterFilter) {
  const { numbers, queue, cause, key, failed_from, failed_until } = filter
  const moment = (text: string) => String(store.database.engine.encode('timestamp', toTimestamp(Date.parse(text))))
  return query
    .selectFrom('mainspring_items')
    .where('state', '=', 'DEAD')
    .$if(queue !== undefined, (all) => all.where('queue', '=', String(queue)))
    .$if(cause !== undefined, (all) => all.where('cause', '=', String(cause)))
    .$if(key !== undefined, (all) => all.where('key', '=', String(key)))
    .$if(numbers !== undefined, (all) =>
      numbers?.length ? all.where('number', 'in', numbers) : all.where(sql<boolean>`1 = 0`),
    )
    .$if(failed_from !== undefined, (all) => all.where('update_time', '>=', moment(String(failed_from))))
    .$if(failed_until !== undefined, (all) => all.where('update_time', '<', moment(String(failed_until))))
}

/** Dead letters behind `after`, a number, in the order of their numbers. */
export async function listDeadLetters(
  store: EventStore,
  filter: DeadLetterFilter,
  { after = 0, limit = 100 }: { readonly after?: number; readonly limit?: number } = {},
): Promise<readonly DeadLetter[]> {
  const rows = await store.database.reader.query((query: Selects<WorkTables>) =>
    selectDead(store, query, filter).select(COLUMNS).where('number', '>', after).orderBy('number').limit(limit),
  )
  return rows.map((row) => toDeadLetter(store, row))
}

/** How many dead letters are meant. */
export async function countDeadLetters(store: EventStore, filter: DeadLetterFilter): Promise<number> {
  const [row] = await store.database.reader.query((query: Selects<WorkTables>) =>
    selectDead(store, query, filter).select(sql<number>`count(*)`.as('count')),
  )
  return Number(row?.count ?? 0)
}

/** Dead letters by what is alike in their errors, the most frequent first. */
export async function listCauses(
  store: EventStore,
  filter: DeadLetterFilter = {},
): Promise<readonly DeadLetterCause[]> {
  const groups = await store.database.reader.query((query: Selects<WorkTables>) =>
    selectDead(store, query, filter)
      .select(['queue', 'cause'])
      .select((look) => [
        look.fn.countAll<number>().as('count'),
        look.fn.min('update_time').as('first_time'),
        look.fn.max('update_time').as('last_time'),
        look.fn.min('number').as('oldest'),
        look.fn.max('number').as('newest'),
      ])
      .groupBy(['queue', 'cause'])
      .orderBy('count', 'desc')
      .orderBy('queue')
      .orderBy('cause')
      .limit(MOST_CAUSES),
  )
  const numbers = groups.flatMap(({ oldest, newest }) => [oldest, newest])
  const letters = await listDeadLetters(store, { numbers: [...new Set(numbers)] }, { limit: numbers.length })
  return groups.map(({ queue, cause, count, first_time, last_time, oldest, newest }) => ({
    queue,
    cause: cause ?? 'unknown',
    count: Number(count),
    first_time: momentOf(store, first_time),
    last_time: momentOf(store, last_time),
    examples: letters.filter(({ number }) => number === oldest || number === newest),
  }))
}

const MOST_CAUSES = 200

/** One dead letter with its attempts and what was done about it. Throws `not_found`. */
export async function getDeadLetter(store: EventStore, number: number): Promise<DeadLetterHistory> {
  const [letter] = await listDeadLetters(store, { numbers: [number] })
  if (!letter) throw deadLetterNotFound(number)
  const { reader } = store.database
  const failed = await reader.query((query: Selects<WorkTables>) =>
    query
      .selectFrom('mainspring_attempts')
      .select(['error', 'create_time'])
      .where('item', '=', number)
      .orderBy('number'),
  )
  const interventions = await reader.query((query: Selects<WorkTables>) =>
    query
      .selectFrom('mainspring_interventions')
      .select(['actor', 'action', 'payload', 'create_time'])
      .where('item', '=', number)
      .orderBy('number'),
  )
  return {
    ...letter,
    failed: failed.map((each) => ({ ...each, create_time: momentOf(store, each.create_time) })),
    interventions: interventions.map(({ payload, create_time, ...each }) => ({
      ...each,
      payload: payload === null ? null : JSON.parse(payload),
      create_time: momentOf(store, create_time),
    })),
  }
}

/** There is no such dead letter, or not any more. */
export const deadLetterNotFound = (number: number) =>
  notFound('not_found', { detail: `There is no dead letter ${number}.` })

/** A moment as it is sent. */
export const momentOf = ({ database }: EventStore, raw: unknown): string =>
  String(database.reader.decode('timestamp', raw))

const COLUMNS = [
  ...(['number', 'queue', 'key', 'payload', 'attempts', 'error', 'cause', 'create_time', 'update_time'] as const),
]

type Row = Pick<WorkTables['mainspring_items'], (typeof COLUMNS)[number]>

const toDeadLetter = (store: EventStore, { payload, create_time, update_time, ...row }: Row): DeadLetter => ({
  ...row,
  payload: JSON.parse(payload),
  create_time: momentOf(store, create_time),
  update_time: momentOf(store, update_time),
})
