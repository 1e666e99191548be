import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EngineName } from '../engine.ts'
import type { ColumnSnapshot } from '../table.ts'

type Types = Readonly<Record<ColumnSnapshot['kind'], string>>

const types: Readonly<Record<EngineName, Types>> = {
  sqlite: {
    text: 'text',
    integer: 'integer',
    number: 'real',
    boolean: 'integer',
    date: 'text',
    timestamp: 'text',
    json: 'text',
  },
  postgres: {
    text: 'text collate "C"',
    integer: 'bigint',
    number: 'double precision',
    boolean: 'boolean',
    date: 'date',
    timestamp: 'timestamptz(3)',
    json: 'json', // jsonb would sort the keys
  },
  mysql: {
    text: 'longtext',
    integer: 'bigint',
    number: 'double',
    boolean: 'boolean',
    date: 'date',
    timestamp: 'datetime(3)',
    json: 'longtext', // MySQL's json would sort the keys
  },
}

/** An InnoDB index takes 3,072 bytes, four for each code point; what is longer could never be indexed. */
export const LONGEST_INDEXED = 768

/** The type of a column. On MySQL it is varchar as long as it could be indexed, because longtext cannot. */
export function typeOf(engine: EngineName, column: ColumnSnapshot): RawBuilder<unknown> {
  const length = column.kind === 'text' ? longestOf(column) : undefined
  return sql.raw(
    engine === 'mysql' && length !== undefined && length <= LONGEST_INDEXED
      ? `varchar(${length})`
      : types[engine][column.kind],
  )
}

/** Code points of the longest text that a column takes, if there is a limit. */
export const longestOf = (column: ColumnSnapshot): number | undefined =>
  column.max_length ?? (column.values && Math.max(...column.values.map((value) => [...value].length)))

/** A column's default as a literal, if it has one. */
export function defaultOf(engine: EngineName, column: ColumnSnapshot): RawBuilder<unknown> | undefined {
  const { kind, default: value } = column
  if (value === undefined) return undefined
  if (kind === 'json') return sql.lit(JSON.stringify(value))
  if (kind === 'boolean') return sql.lit(engine === 'sqlite' ? Number(value) : Boolean(value))
  if (kind === 'integer' || kind === 'number') return sql.lit(Number(value))
  if (kind !== 'timestamp') return sql.lit(String(value))
  const moment = new Date(String(value)).toISOString()
  return sql.lit(engine === 'mysql' ? moment.slice(0, -1).replace('T', ' ') : moment)
}

/** The name under which a column's rules are a CHECK constraint. */
export const checkName = (table: string, column: ColumnSnapshot): string => `${table}_${column.name}_check`

/** A column's rules as the database checks them; undefined when its type says all. */
export function checkOf(engine: EngineName, column: ColumnSnapshot): RawBuilder<SqlBool> | undefined {
  const ref = sql.ref(column.name)
  const length = sql`${sql.raw(engine === 'sqlite' ? 'length' : 'char_length')}(${ref})`
  const { values, min_length, max_length, minimum, maximum, exclusive_minimum, exclusive_maximum } = column
  const compare = (left: RawBuilder<unknown>, operator: string, right: number | undefined) =>
    right === undefined ? [] : [sql`${left} ${sql.raw(operator)} ${sql.lit(right)}`]
  const rules = [
    ...(values === undefined ? [] : [sql`${ref} in (${sql.join(values.map((value) => sql.lit(value)))})`]),
    ...(column.kind === 'boolean' && engine !== 'postgres' ? [sql`${ref} in (0, 1)`] : []),
    ...(column.kind === 'json' && engine !== 'postgres' ? [sql`json_valid(${ref})`] : []),
    ...compare(length, '>=', min_length),
    ...compare(length, '<=', max_length),
    ...compare(ref, '>=', minimum),
    ...compare(ref, '<=', maximum),
    ...compare(ref, '>', exclusive_minimum),
    ...compare(ref, '<', exclusive_maximum),
  ]
  return rules.length === 0 ? undefined : sql<SqlBool>`${sql.join(rules, sql` and `)}`
}
