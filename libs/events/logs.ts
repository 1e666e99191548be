import type { Kysely, Reader, Selects, TablesOf, Writer } from '@mainspring/data'
import { logs, outbox } from './tables.ts'

type Tables = TablesOf<[typeof logs]>

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
  const [row] = await db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_logs').select('position').where('name', '=', name),
  )
  return row?.position ?? 0
}

/** On SQLite an event's number is its place. */
async function lastNumber(db: Reader): Promise<number> {
  const [row] = await db.query((query: Selects<{ sqlite_sequence: { name: string; seq: number } }>) =>
    query.selectFrom('sqlite_sequence').select('seq').where('name', '=', outbox.name),
  )
  return row?.seq ?? 0
}

/** Notes the last place that was given; in a transaction that has the conductor's lease locked, so that nobody else does. */
export async function moveEnd(db: Writer, name: LogName, position: number): Promise<void> {
  const moved = await db.execute((query: Kysely<Tables>) =>
    query.updateTable('mainspring_logs').set({ position }).where('name', '=', name),
  )
  if (moved === 0) await db.append(logs, [{ name, position }])
}
