import type { Engine } from '../../engine.ts'
import { createBuilder } from '../../query.ts'
import { canHold } from '../compare.ts'
import { type ColumnPlan, type Plan, ROW_IDS, valueIn } from './random-tables.ts'

type Row = Readonly<Record<string, unknown>>

/** Rows of every table, as JSON has them. */
export type Rows = Readonly<Record<string, readonly Row[]>>

/** Rows for tables that are to become others; `isNull` is asked for every value that may be null all the way. */
export function rowsFor(before: Plan, after: Plan, isNull: () => boolean): Rows {
  return mapPlan(before, (name, columns) =>
    ROW_IDS.map((id, row) => {
      const values = Object.entries(columns).map(([column, plan]) => {
        const next = successor(plan, after[name]?.[column])
        const mayBeNull =
          plan.options.optional && (!next || next.options.optional || next.options.default !== undefined)
        return [column, mayBeNull && isNull() ? null : valueIn(plan, row)]
      })
      return { id, ...Object.fromEntries(values) }
    }),
  )
}

/** What must have become of rows. */
export function rowsAfter(before: Plan, after: Plan, rows: Rows): Rows {
  return mapPlan(after, (name, columns) =>
    (rows[name] ?? []).map((row) => {
      const values = Object.entries(columns).map(([column, next]) => {
        const old = before[name]?.[column]
        if (!old || !successor(old, next)) return [column, next.options.default ?? null]
        const value = row[column]
        if (value === null) return [column, next.options.optional ? null : next.options.default]
        return [column, cast(old, next, value)]
      })
      return { id: row.id, ...Object.fromEntries(values) }
    }),
  )
}

/** Puts rows into their tables. */
export async function insertRows(engine: Engine, plan: Plan, rows: Rows): Promise<void> {
  const builder = createBuilder(engine.name, engine.schema)
  await engine.transaction(async (connection) => {
    for (const [name, columns] of Object.entries(plan)) {
      for (const row of rows[name] ?? []) {
        const values = Object.entries(row).map(([column, value]) => [
          column,
          engine.encode(columns[column]?.kind ?? 'text', value),
        ])
        const { sql, parameters } = builder.insertInto(name).values(Object.fromEntries(values)).compile()
        await connection.run(sql, parameters)
      }
    }
  })
}

/** Reads all rows. */
export async function readRows(engine: Engine, plan: Plan): Promise<Rows> {
  const builder = createBuilder(engine.name, engine.schema)
  const tables = Object.entries(plan).map(async ([name, columns]) => {
    const { rows } = await engine.reader.run(builder.selectFrom(name).selectAll().orderBy('id').compile().sql)
    const decoded = rows.map((row) => {
      const values = Object.entries(row).map(([column, raw]) => {
        const decode = engine.decoder(columns[column]?.kind ?? 'text')
        return [column, raw === null || !decode ? raw : decode(raw)]
      })
      return Object.fromEntries(values)
    })
    return [name, decoded] as const
  })
  return Object.fromEntries(await Promise.all(tables))
}

/** What a column becomes if its values stay. */
const successor = (plan: ColumnPlan, next: ColumnPlan | undefined): ColumnPlan | undefined =>
  next && canHold(next.kind, plan.kind) ? next : undefined

function cast(old: ColumnPlan, next: ColumnPlan, value: unknown): unknown {
  if (old.kind === next.kind) return value
  return next.kind === 'text' ? String(value) : Number(value)
}

function mapPlan(plan: Plan, rowsOf: (name: string, columns: Plan[string]) => readonly Row[]): Rows {
  return Object.fromEntries(Object.entries(plan).map(([name, columns]) => [name, rowsOf(name, columns)]))
}
