import {
  type Given,
  type Kysely,
  prepared,
  type Reader,
  type Selects,
  sql,
  type TablesOf,
  type Writer,
} from '@mainspring/data'
import { inbox, type logs, outbox } from './tables.ts'

type Tables = TablesOf<[typeof logs]>
type Entries = Selects<Record<string, Record<string, unknown>>>

/** The type of events whose content was erased: nobody listens to it, and nobody is given it. */
export const ERASED = 'mainspring.erased'

/** The logs of one database whose places are given out by the conductor. */
export type LogName = 'outbox' | 'inbox'

/** An event as a log keeps it. */
export interface LogEntry {
  /** Its place in that log: later ones have greater ones, of one subject in the order in which they were committed. */
  readonly position: number
  readonly type: string
  readonly subject: string
  /** The envelope, as text: whoever only hands it on need not understand it. */
  readonly envelope: string
}

/** The last place that was given in a log, also if what was there is gone; 0 in one that has given none. */
export async function endOf(db: Reader, name: LogName): Promise<number> {
  if (name === 'outbox' && db.engine === 'sqlite') return lastNumber(db)
  const [row] = await db.queryPrepared(findEnd, { name })
  return row?.position ?? 0
}

const findEnd = prepared((query: Kysely<Tables>, given: Given<{ name: LogName }>) =>
  query.selectFrom('mainspring_logs').select('position').where('name', '=', given('name')),
)

/** What is read of a log: places behind `after` and up to `to`, if it says so. */
export interface LogStretch {
  readonly after: number
  readonly to?: number
  /** All, unless it says which. */
  readonly types?: readonly string[]
  readonly subject?: string | undefined
}

/** Events of a log in order, so many at most; only what is committed. Erased ones are left out. */
export function readLog(
  db: Reader,
  name: LogName,
  { after, to, types, subject }: LogStretch,
  limit: number,
): Promise<readonly LogEntry[]> {
  const { table, place } = keptIn(db, name)
  return db.query((query: Entries) => {
    let found = query
      .selectFrom(table)
      .select([
        sql<number>`${sql.ref(place)}`.as('position'),
        sql<string>`type`.as('type'),
        sql<string>`subject`.as('subject'),
        sql<string>`envelope`.as('envelope'),
      ])
      .where(place, '>', after)
    if (to !== undefined) found = found.where(place, '<=', to)
    if (subject !== undefined) found = found.where('subject', '=', subject)
    found = types === undefined ? found.where('type', '<>', ERASED) : found.where('type', 'in', types)
    return found.orderBy(inOrderOf(place, db)).limit(limit)
  })
}

/** The order of places as the index has it: otherwise PostgreSQL sorts all that is behind one. */
export const inOrderOf = (place: string, { engine }: Pick<Reader, 'engine'>) =>
  engine === 'postgres' ? sql`${sql.ref(place)} asc nulls first` : sql`${sql.ref(place)} asc`

/** The first place in a log that is still kept; the one behind its end if none is. */
export async function beginningOf(db: Reader, name: LogName): Promise<number> {
  const first = await firstOf(db, name)
  if (first !== undefined) return first
  const end = await endOf(db, name)
  // What has come in between is no end of what was kept before.
  return (await firstOf(db, name)) ?? end + 1
}

async function firstOf(db: Reader, name: LogName): Promise<number | undefined> {
  const { table, place } = keptIn(db, name)
  const [row] = await db.query((query: Entries) =>
    query
      .selectFrom(table)
      .select(sql<number>`${sql.ref(place)}`.as('position'))
      .where(place, 'is not', null)
      .orderBy(inOrderOf(place, db))
      .limit(1),
  )
  return row?.position
}

const keptIn = (db: Reader, name: LogName) =>
  name === 'inbox'
    ? { table: inbox.name, place: 'position' }
    : { table: outbox.name, place: db.engine === 'sqlite' ? 'number' : 'position' }

/** On SQLite an event's number is its place. */
async function lastNumber(db: Reader): Promise<number> {
  const [row] = await db.queryPrepared(findSequence, { name: outbox.name })
  return row?.seq ?? 0
}

interface Sequences {
  readonly sqlite_sequence: { readonly name: string; readonly seq: number }
}

const findSequence = prepared((query: Kysely<Sequences>, given: Given<{ name: string }>) =>
  query.selectFrom('sqlite_sequence').select('seq').where('name', '=', given('name')),
)

/** Has a log end so many places further on; in a transaction that has the conductor's lease locked, so that nobody else does. */
export const moveEnd = (db: Writer, name: LogName, places: number): Promise<void> =>
  db.requirePrepared(db.engine === 'mysql' ? moveOnMysql : moveElsewhere, { name, places }, () => cannotEnd(name))

interface Move {
  readonly name: LogName
  readonly places: number
}

const firstMove = (query: Kysely<Tables>, given: Given<Move>) =>
  query.insertInto('mainspring_logs').values({ name: given('name'), position: given('places') })

const moveElsewhere = prepared((query: Kysely<Tables>, given: Given<Move>) =>
  firstMove(query, given).onConflict((known) =>
    known.column('name').doUpdateSet({ position: sql`mainspring_logs.position + excluded.position` }),
  ),
)

const moveOnMysql = prepared((query: Kysely<Tables>, given: Given<Move>) =>
  firstMove(query, given).onDuplicateKeyUpdate({ position: sql`position + ${given('places')}` }),
)

const cannotEnd = (name: LogName): Error => new Error(`The end of the ${name} cannot be moved.`)
