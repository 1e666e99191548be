import { type RawBuilder, sql } from 'kysely'
import { checkName, checkOf, defaultOf, typeOf } from './columns.ts'
import type { AlteredTable } from './compare.ts'
import { createDdl } from './ddl.ts'
import { needsValue, remarksOn } from './remarks.ts'
import type { DraftedStep } from './steps.ts'
import { type Step, titleOf } from './steps.ts'

const ddl = createDdl('sqlite')

/** Drafts steps for SQLite, which alters little in place: for most changes a table is made anew and its rows are copied. */
export function draftSqlite(steps: readonly Step[]): readonly DraftedStep[] {
  const byTable = Map.groupBy(steps, (step) => step.change)
  return [...byTable].flatMap(([change, steps]) => {
    const isRebuilt = change.kind === 'alter' && !steps.every(isPossibleInPlace)
    if (!isRebuilt) return steps.flatMap((step) => draftInPlace(step, steps))
    // The steps themselves become remarks, so that a reviewer sees what the copy is for.
    const remarks = steps.flatMap((step) => [titleOf(step), ...remarksOn(step, steps)])
    return [{ title: `rebuild table ${change.after.name}`, remarks, statements: rebuild(change) }]
  })
}

function isPossibleInPlace(step: Step): boolean {
  return (
    step.kind === 'create_index' ||
    step.kind === 'drop_index' ||
    (step.kind === 'add_column' && !needsValue(step.column))
  )
}

function draftInPlace(step: Step, steps: readonly Step[]): readonly DraftedStep[] {
  const statements = writeInPlace(step)
  return statements.length === 0 ? [] : [{ title: titleOf(step), remarks: remarksOn(step, steps), statements }]
}

function writeInPlace(step: Step): readonly string[] {
  switch (step.kind) {
    case 'create_table':
      return ddl.createTable(step.change.after)
    case 'drop_table':
      return [ddl.write(ddl.schema.dropTable(step.change.before.name))]
    case 'add_column': {
      const { after } = step.change
      const check = checkOf('sqlite', step.column)
      const named = check && sql`constraint ${sql.id(checkName(after.name, step.column))} check (${check})`
      const alter = ddl.schema
        .alterTable(after.name)
        .addColumn(step.column.name, typeOf('sqlite', step.column), (definition) => {
          const column = ddl.describe(step.column)(definition)
          return named ? column.modifyEnd(named) : column
        })
      return [ddl.write(alter)]
    }
    case 'create_index':
      return [ddl.createIndex(step.change.after, step.index)]
    case 'drop_index':
      return [ddl.write(ddl.schema.dropIndex(step.index.name))]
    default: // the foreign keys of a table that is made or dropped, which come and go with it
      return []
  }
}

/**
 * The procedure of https://sqlite.org/lang_altertable.html#otheralter. The runner has switched foreign keys off before
 * its transaction, or dropping the old table would delete the rows that point into it.
 */
function rebuild(change: AlteredTable): readonly string[] {
  const { before, after } = change
  const copy = `new_${after.name}`
  const values = after.columns.map((column) => copiedValue(change, column.name))
  const names = sql.join(after.columns.map((column) => sql.ref(column.name)))
  return [
    ddl.defineTable(after, copy),
    ddl.raw(sql`insert into ${sql.table(copy)} (${names})
  select ${sql.join(values)}
  from ${sql.table(before.name)}`),
    ...(after.is_numbered ? carryNumber(before.name, copy) : []),
    ddl.write(ddl.schema.dropTable(before.name)),
    ddl.write(ddl.schema.alterTable(copy).renameTo(after.name)),
    ...after.indexes.map((index) => ddl.createIndex(after, index)),
  ]
}

/** The last number given: it may have been a row's that is gone. */
const carryNumber = (from: string, to: string): readonly string[] => [
  ddl.raw(sql`delete from sqlite_sequence where name = ${sql.lit(to)}`),
  ddl.raw(
    sql`insert into sqlite_sequence (name, seq) select ${sql.lit(to)}, seq from sqlite_sequence where name = ${sql.lit(from)}`,
  ),
]

function copiedValue({ kept, after }: AlteredTable, name: string): RawBuilder<unknown> {
  const column = after.columns.find((column) => column.name === name)
  const fallback = column && defaultOf('sqlite', column)
  const pair = kept.find((pair) => pair.after === column)
  if (!pair) return fallback ?? sql.lit(null)
  const ref = sql.ref(pair.before.name)
  const value = pair.before.kind === pair.after.kind ? ref : sql`cast(${ref} as ${typeOf('sqlite', pair.after)})`
  return fallback && pair.before.nullable && !pair.after.nullable ? sql`coalesce(${value}, ${fallback})` : value
}
