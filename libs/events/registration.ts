import { type Kysely, type Reader, type Selects, type Stored, sql, type TablesOf, type Writer } from '@mainspring/data'
import type { EventStore } from './context.ts'
import type { Listener } from './listener.ts'
import { endOf } from './logs.ts'
import { listeners as table } from './tables.ts'

type Tables = TablesOf<[typeof table]>
type Row = Pick<Stored<typeof table>, 'name' | 'types' | 'from'>

/**
 * Writes down the listeners of this process: a new one begins behind what has arrived so far, or before all that is kept.
 * Types are added to one that is known and never taken from it, and no listener is forgotten: while a new version is rolled
 * out, a process of the old one may start again, and must not have events passed over that the new one waits for. Of many
 * processes that start at once each finds what the others wrote.
 */
export async function registerListeners(store: EventStore, declared: readonly Listener[]): Promise<void> {
  if (declared.length === 0) return
  await store.database.write(async (db) => {
    await db.lockKeys(['mainspring/listeners'])
    const known = new Map((await listRegistered(db)).map((row) => [row.name, row]))
    const end = await endOf(db, 'inbox')
    for (const listener of declared) {
      const row = known.get(listener.name)
      if (row) await extend(db, row, listener)
      else await db.append(table, [rowOf(listener, end, db.now())])
    }
  })
}

/** The types that somebody listens to, in this process or another, and where a source is begun with for them. */
export async function findWanted(db: Reader): Promise<ReadonlyMap<string, Listener['from']>> {
  const wanted = new Map<string, Listener['from']>()
  for (const { types, from } of await listRegistered(db)) {
    for (const type of types) if (wanted.get(type) !== 'beginning') wanted.set(type, from)
  }
  return wanted
}

const rowOf = ({ name, events, from }: Listener, end: number, create_time: string): Stored<typeof table> => ({
  name,
  types: events.map(({ type }) => type),
  from,
  position: from === 'beginning' ? 0 : end,
  create_time,
})

async function extend(db: Writer, row: Row, { events, from }: Listener): Promise<void> {
  const types = [...new Set([...row.types, ...events.map(({ type }) => type)])]
  if (types.length === row.types.length && from === row.from) return
  await db.execute((query: Kysely<Tables>) =>
    query
      .updateTable('mainspring_listeners')
      .set({ types: sql<string[]>`${db.encode('json', types)}`, from })
      .where('name', '=', row.name),
  )
}

async function listRegistered(db: Reader): Promise<readonly Row[]> {
  const rows = await db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_listeners').select(['name', 'types', 'from']),
  )
  return rows.map((row) => ({ ...row, types: db.decode('json', row.types) as string[] }))
}
