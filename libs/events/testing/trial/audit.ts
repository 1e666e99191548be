import { existsSync, readFileSync } from 'node:fs'
import type { Database, Selects, TablesOf } from '@mainspring/data'
import type { items } from '../../tables.ts'
import type { Counter } from '../counters.ts'
import { BELL, DOERS, type Effect } from './services.ts'

/** What a trial has come to. */
export interface Finding {
  /** Events that were committed. */
  readonly events: number
  /** Effects that there are. */
  readonly effects: number
  /** Effects that are not there, or work that is not done. */
  readonly missing: number
  /** What must never be: effects twice, out of order, or of what was never committed; work that was told by two names. */
  readonly faults: readonly string[]
}

type Tables = TablesOf<[typeof Counter, typeof Effect, typeof items]>

/** Compares what was counted with what was done about it. */
export async function audit(meters: Database, diners: Database, file: string): Promise<Finding> {
  const counted = new Map((await readCounters(meters)).map((row) => [row.id, row.count]))
  const rung = (await readCounters(diners)).find((row) => row.id === BELL)?.count ?? 0
  const effects = await diners.reader.query((query: Selects<Tables>) =>
    query.selectFrom('effects').select(['by', 'counter_id', 'count', 'turn']),
  )
  const [left] = await diners.reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_items').select((look) => look.fn.countAll().as('items')),
  )
  const events = [...counted.values()].reduce((sum, count) => sum + count, 0)
  const due = events * DOERS.length + rung
  const kept = new Set<string>()
  const faults: string[] = []
  for (const { by, counter_id, count, turn } of effects) {
    const name = `${by} ${counter_id} ${count}`
    if (kept.has(name)) faults.push(`${name} is there twice`)
    kept.add(name)
    if (turn !== count) faults.push(`${name} came as number ${turn}`)
    if (count > (by === BELL ? rung : (counted.get(counter_id) ?? 0))) faults.push(`${name} was never committed`)
  }
  return {
    events,
    effects: effects.length,
    missing: due - kept.size + Number(left?.items ?? 0),
    faults: [...faults, ...auditOutside(file, kept)],
  }
}

const readCounters = (database: Database) =>
  database.reader.query((query: Selects<Tables>) => query.selectFrom('counters').select(['id', 'count']))

/** What is outside happens once at least, and by one id. */
function auditOutside(file: string, kept: ReadonlySet<string>): readonly string[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  const ids = new Map<string, string>()
  const faults: string[] = []
  for (const line of lines) {
    const [counter, count, id = ''] = line.split(' ')
    const name = `serve ${counter} ${count}`
    if ((ids.get(name) ?? id) !== id) faults.push(`${name} was done by two ids`)
    ids.set(name, id)
  }
  const undone = [...kept].filter((name) => name.startsWith('serve ') && !ids.has(name))
  return [...faults, ...undone.map((name) => `${name} was written down, but not done`)]
}
