import { type Reader, type Selects, sql, type TablesOf, type Writer } from '@mainspring/data'
import type { Envelope } from '../envelope.ts'
import type { Listener } from '../listener.ts'
import { ERASED } from '../logs.ts'
import type { inbox, items, marks } from '../tables.ts'

type Tables = TablesOf<[typeof inbox, typeof items, typeof marks]>

/** An event that has arrived. */
export interface Arrival {
  readonly position: number
  readonly subject: string
  readonly envelope: Envelope
}

/** Places of the inbox, the first one not among them. */
export interface Stretch {
  readonly after: number
  readonly to: number
}

/** What has arrived there for a listener, in order, so many at most. */
export async function readPage(
  db: Reader,
  { events }: Listener,
  { after, to }: Stretch,
  limit: number,
): Promise<readonly Arrival[]> {
  const rows = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_inbox')
      .select(['position', 'subject', 'envelope'])
      .where(
        'type',
        'in',
        events.map(({ type }) => type),
      )
      .where('position', '>', after)
      .where('position', '<=', to)
      .orderBy('position')
      .limit(limit),
  )
  // The inbox holds what `writeEnvelope` wrote.
  return rows.map((row) => ({ ...row, envelope: JSON.parse(row.envelope) as Envelope }))
}

/** Where the listener's part is done there, or is an item already: after a page that was not finished. */
export async function findDealtWith(
  db: Reader,
  { name }: Listener,
  { after, to }: Stretch,
): Promise<ReadonlySet<number>> {
  // Items first: one that is done in between has a mark.
  const aside = await findItems(db, [name], { after, to })
  const marked = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_marks')
      .select('position')
      .where('listener', '=', name)
      .where('position', '>', after)
      .where('position', '<=', to),
  )
  return new Set([...marked.map(({ position }) => position), ...aside])
}

/** Where one of these listeners has an item. */
export async function findItems(
  db: Reader,
  names: readonly string[],
  { after, to }: Stretch,
): Promise<ReadonlySet<number>> {
  if (names.length === 0) return new Set()
  const rows = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_items')
      .select('position')
      .where('queue', 'in', names)
      .where('position', '>', after)
      .where('position', '<=', to),
  )
  return new Set(rows.map(({ position }) => Number(position)))
}

/** Where an event was erased since it was read; of the others none is until the transaction has ended. */
export async function findErased(
  db: Writer,
  events: readonly Pick<Arrival, 'position'>[],
): Promise<ReadonlySet<number>> {
  const positions = events.map(({ position }) => position)
  const rows = await db.query((query: Selects<Tables>) => {
    const found = query.selectFrom('mainspring_inbox').select(['position', 'type']).where('position', 'in', positions)
    return db.engine === 'sqlite' ? found : found.forUpdate()
  })
  return new Set(rows.filter(({ type }) => type === ERASED).map(({ position }) => position))
}

/** Those of some subjects of which the listener has an item that is neither dead nor blocked. */
export async function findHeldUp(
  db: Reader,
  { name }: Listener,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  if (subjects.length === 0) return new Set()
  const rows = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_items')
      .select('key')
      .distinct()
      .where('queue', '=', name)
      .where('key', 'in', subjects)
      .where('state', 'in', ['READY', 'WAITING', 'LEASED']),
  )
  return new Set(rows.map(({ key }) => String(key)))
}

/** Whether any of these listeners has an item at all. */
export async function haveItems(db: Reader, names: readonly string[]): Promise<boolean> {
  const [row] = await db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_items').select(sql<number>`1`.as('one')).where('queue', 'in', names).limit(1),
  )
  return row !== undefined
}
