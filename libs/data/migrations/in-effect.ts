import type { Connection } from '../engine.ts'

/**
 * Whether a statement of DDL on MariaDB or MySQL shows its effect already. Statements that are not known here, such as
 * MODIFY COLUMN, do no harm when they are run again. Each statement is atomic on the versions that are supported, so that
 * the first of several alterations speaks for all.
 */
export async function isInEffect(connection: Connection, statement: string): Promise<boolean> {
  for (const { pattern, query, isThere } of effects) {
    const groups = pattern.exec(statement)?.groups
    if (!groups) continue
    const { rows } = await connection.run(
      query,
      [groups.table, groups.name].filter((name) => name !== undefined),
    )
    return rows.length > 0 === isThere
  }
  return false
}

interface Effect {
  readonly pattern: RegExp
  readonly query: string
  /** Whether the thing that the query looks for is there afterwards. */
  readonly isThere: boolean
}

/** Looks for a table, or something of a name in a table. */
const find = (view: string, column?: string): string =>
  `select 1 from information_schema.${view} where table_schema = database() and table_name = ?${column ? ` and ${column} = ?` : ''}`

const table = find('tables')
const column = find('columns', 'column_name')
const index = find('statistics', 'index_name')
const constraint = find('table_constraints', 'constraint_name')

const effects: readonly Effect[] = [
  { pattern: match('create table TABLE'), query: table, isThere: true },
  { pattern: match('drop table TABLE'), query: table, isThere: false },
  { pattern: match('alter table ANY rename to TABLE'), query: table, isThere: true },
  { pattern: match('alter table TABLE add column NAME'), query: column, isThere: true },
  { pattern: match('alter table TABLE drop column NAME'), query: column, isThere: false },
  { pattern: match('alter table TABLE rename column ANY to NAME'), query: column, isThere: true },
  { pattern: match('create index NAME on TABLE'), query: index, isThere: true },
  { pattern: match('create unique index NAME on TABLE'), query: index, isThere: true },
  { pattern: match('drop index NAME on TABLE'), query: index, isThere: false },
  { pattern: match('alter table TABLE add constraint NAME'), query: constraint, isThere: true },
  { pattern: match('alter table TABLE drop constraint NAME'), query: constraint, isThere: false },
]

/** A pattern of the beginning of a statement. One that says IF (NOT) EXISTS can look for itself, and is not matched. */
function match(words: string): RegExp {
  const name = (group: string) => `\`?(?!if\\b)(?<${group}>\\w+)\`?(?![\\w\`.])`
  const source = words.replaceAll(' ', '\\s+').replace(/TABLE|NAME|ANY/g, (word) => name(word.toLowerCase()))
  return new RegExp(`^${source}`, 'i')
}
