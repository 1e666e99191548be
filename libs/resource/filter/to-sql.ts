import type { FieldKind } from '@mainspring/core'
import type { EngineName } from '@mainspring/data'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Filter, FilterValue } from './filter.ts'

/** Makes a value into what the engine's driver takes; an engine's `encode` does. */
export type Bind = (kind: FieldKind, value: FilterValue) => unknown

/**
 * Writes a filter as SQL with bound values, for `where`: true for the rows that match, false or null for the others, so it
 * must not be negated. Columns are named like their fields; text columns compare by code point, which makes `startsWith` a range.
 *
 * Negations are carried inwards to the conditions, which know whether nulls pass, so that no column is wrapped and indexes
 * are used. The text of the SQL is shaped by callers: keep it out of caches of statements that have no bound.
 */
export function toSql(filter: Filter, engine: EngineName, bind: Bind): Expression<SqlBool> {
  return write(filter, false, { engine, bind })
}

interface Target {
  readonly engine: EngineName
  readonly bind: Bind
}

type Sql = RawBuilder<SqlBool>

function write(filter: Filter, negated: boolean, target: Target): Sql {
  switch (filter.type) {
    case 'and':
    case 'or': {
      const joint = (filter.type === 'and') === negated ? sql` or ` : sql` and `
      const terms = filter.terms.map((term) => write(term, negated, target))
      return sql`(${sql.join(terms, joint)})`
    }
    case 'not':
      return write(filter.term, !negated, target)
    default:
      return writeCondition(filter, negated, target)
  }
}

/** What a test says of a null is null, which does not pass; where nulls do pass, that is added. */
function writeCondition(condition: Condition, negated: boolean, { engine, bind }: Target): Sql {
  const { name, kind, nullable, lowered } = condition.operand
  const column = sql.ref(name)
  const operand = lowered ? lowerAscii(column, engine) : column
  const bound = (value: FilterValue) => sql`${bind(kind, value)}`
  const orNull = (test: Sql, nullsPass: boolean): Sql =>
    nullable && nullsPass ? sql`(${test} or ${column} is null)` : test

  if (condition.type === 'contains') {
    const place = sql`${sql.raw(engine === 'postgres' ? 'strpos' : 'instr')}(${operand}, ${bound(condition.value)})`
    return orNull(negated ? sql`${place} = 0` : sql`${place} > 0`, negated)
  }
  if (condition.type === 'has') {
    const test = hasItem(column, sql`${bind('text', condition.value)}`, engine)
    return orNull(negated ? sql`not ${test}` : test, negated)
  }
  if (condition.type !== 'in') {
    const relation = sql.raw(negated ? NEGATED[condition.type] : condition.type)
    return orNull(sql`${operand} ${relation} ${bound(condition.value)}`, negated)
  }
  const values = condition.values.filter((value) => value !== null)
  const nullsPass = condition.values.includes(null) !== negated
  const [only, ...others] = values
  if (only === undefined) {
    if (condition.values.length === 0) return negated ? sql`1 = 1` : sql`1 = 0`
    return negated ? sql`${column} is not null` : sql`${column} is null`
  }
  if (others.length === 0) return orNull(sql`${operand} ${sql.raw(negated ? '<>' : '=')} ${bound(only)}`, nullsPass)
  return orNull(sql`${operand} ${sql.raw(negated ? 'not in' : 'in')} (${sql.join(values.map(bound))})`, nullsPass)
}

const NEGATED = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const

/** Whether a list of text has one. */
function hasItem(list: RawBuilder<unknown>, item: RawBuilder<unknown>, engine: EngineName): Sql {
  if (engine === 'sqlite') return sql`exists (select 1 from json_each(${list}) where json_each.value = ${item})`
  if (engine === 'mysql') return sql`json_contains(${list}, json_quote(${item}))`
  return sql`exists (select 1 from json_array_elements_text(${list}) as items(item) where items.item = ${item})`
}

/** A to Z alone: LOWER of MariaDB and MySQL knows all of Unicode; PostgreSQL's does as the column's collation says, `C`. */
function lowerAscii(text: RawBuilder<unknown>, engine: EngineName): RawBuilder<unknown> {
  if (engine !== 'mysql') return sql`lower(${text})`
  return [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].reduce(
    (lowered, letter) => sql`replace(${lowered}, ${sql.lit(letter)}, ${sql.lit(letter.toLowerCase())})`,
    text,
  )
}
