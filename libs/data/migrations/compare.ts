import { isDeepStrictEqual } from 'node:util'
import type { ColumnSnapshot, IndexSnapshot, TableSnapshot } from '../table.ts'
import { MigrationError } from './migration-error.ts'

/** A column whose values stay, as it was and as it will be. */
export interface KeptColumn {
  readonly before: ColumnSnapshot
  readonly after: ColumnSnapshot
}

export type ForeignKeySnapshot = TableSnapshot['foreign_keys'][number]

/** A table that is there before and after, and how it differs. */
export interface AlteredTable {
  readonly kind: 'alter'
  readonly before: TableSnapshot
  readonly after: TableSnapshot
  readonly kept: readonly KeptColumn[]
  /** Those of `kept` that differ. */
  readonly altered: readonly KeptColumn[]
  readonly added: readonly ColumnSnapshot[]
  readonly dropped: readonly ColumnSnapshot[]
  readonly indexes: Difference<IndexSnapshot>
  readonly foreign_keys: Difference<ForeignKeySnapshot>
}

/** What a table has of something only after, and what only before. */
export interface Difference<T> {
  readonly added: readonly T[]
  readonly dropped: readonly T[]
}

/** A table that is new. */
export interface CreatedTable {
  readonly kind: 'create'
  readonly after: TableSnapshot
}

/** A table that is gone. */
export interface DroppedTable {
  readonly kind: 'drop'
  readonly before: TableSnapshot
}

/** What becomes of one table. */
export type TableChange = CreatedTable | DroppedTable | AlteredTable

/** Names that have changed, the old (`sprockets`, `sprockets.teeth`) to the new (`cogs`, `tooth_count`). Other tables' are passed over. */
export type Renames = Readonly<Record<string, string>>

/**
 * Compares tables as they were with tables as they are. A column stays if its name does (or `renames` says what became
 * of it) and its kind can hold the old values; otherwise one is dropped and one added. The order of columns means nothing.
 */
export function compareTables(
  before: readonly TableSnapshot[],
  after: readonly TableSnapshot[],
  renames: Renames = {},
): readonly TableChange[] {
  checkRenames(before, after, renames)
  const old = new Map(before.map((table) => [renames[table.name] ?? table.name, table]))
  const kept = new Set(after.map((table) => table.name))
  return [
    ...[...old].filter(([name]) => !kept.has(name)).map(([, table]): TableChange => ({ kind: 'drop', before: table })),
    ...after.flatMap((table): TableChange[] => {
      const predecessor = old.get(table.name)
      if (predecessor === undefined) return [{ kind: 'create', after: table }]
      const change = diffTable(predecessor, table, renames)
      return isUnchanged(change) ? [] : [change]
    }),
  ]
}

function checkRenames(before: readonly TableSnapshot[], after: readonly TableSnapshot[], renames: Renames): void {
  const [old, present] = [namesOf(before), namesOf(after)]
  for (const [from, to] of Object.entries(renames)) {
    const [table = '', column] = from.split('.')
    const target = column === undefined ? to : `${renames[table] ?? table}.${to}`
    if (!old.has(table)) continue
    if (!old.has(from)) throw new MigrationError(`The last snapshot has no ${from} that could be renamed.`)
    if (!present.has(target)) throw new MigrationError(`There is no ${target} that ${from} could have become.`)
  }
}

const namesOf = (tables: readonly TableSnapshot[]): ReadonlySet<string> =>
  new Set(tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => `${name}.${column.name}`)]))

function diffTable(before: TableSnapshot, after: TableSnapshot, renames: Renames): AlteredTable {
  if (!isDeepStrictEqual(before.primary_key, after.primary_key)) {
    throw new MigrationError(`The primary key of ${after.name} has changed: make a new table and copy the rows.`)
  }
  const kept = after.columns.flatMap((column): KeptColumn[] => {
    const old = before.columns.find(({ name }) => (renames[`${before.name}.${name}`] ?? name) === column.name)
    return old && canHold(column.kind, old.kind) ? [{ before: old, after: column }] : []
  })
  const altered = kept.filter((column) => before.name !== after.name || !isDeepStrictEqual(column.before, column.after))
  const indexes = diffIndexes(before, after, altered)
  return {
    kind: 'alter',
    before,
    after,
    kept,
    altered,
    added: after.columns.filter((column) => !kept.some((pair) => pair.after === column)),
    dropped: before.columns.filter((column) => !kept.some((pair) => pair.before === column)),
    indexes,
    foreign_keys: diffForeignKeys(before, after, altered, indexes),
  }
}

/** Kinds that take every value of another, alike on all engines. */
const casts: Readonly<Record<string, readonly ColumnSnapshot['kind'][]>> = {
  integer: ['number', 'text'],
  boolean: ['integer'],
  date: ['text'],
}

/** Whether a kind takes every value of another. */
export const canHold = (kind: ColumnSnapshot['kind'], old: ColumnSnapshot['kind']): boolean =>
  kind === old || (casts[old]?.includes(kind) ?? false)

/** An index changes with the nullability of its columns, too, because PostgreSQL must be told where nulls go. */
function diffIndexes(
  before: TableSnapshot,
  after: TableSnapshot,
  altered: readonly KeptColumn[],
): Difference<IndexSnapshot> {
  const moved = altered.filter((column) => column.before.nullable !== column.after.nullable)
  const isMoved = (index: IndexSnapshot) => moved.some(({ after }) => columnsOf(index).includes(after.name))
  return difference(before.indexes, after.indexes, isMoved)
}

/** InnoDB refuses to alter a column or to drop an index that a foreign key stands on, so that one is made anew. */
function diffForeignKeys(
  before: TableSnapshot,
  after: TableSnapshot,
  altered: readonly KeptColumn[],
  indexes: Difference<IndexSnapshot>,
): Difference<ForeignKeySnapshot> {
  const touched = new Set([
    ...altered.map((column) => column.before.name),
    ...indexes.dropped.map((index) => columnsOf(index)[0]),
  ])
  return difference(before.foreign_keys, after.foreign_keys, (key) => touched.has(key.column))
}

function difference<T>(before: readonly T[], after: readonly T[], isTouched: (item: T) => boolean): Difference<T> {
  const isIn = (list: readonly T[], item: T) => !isTouched(item) && list.some((other) => isDeepStrictEqual(item, other))
  return { added: after.filter((item) => !isIn(before, item)), dropped: before.filter((item) => !isIn(after, item)) }
}

function isUnchanged({ altered, added, dropped, indexes, foreign_keys }: AlteredTable): boolean {
  return [altered, added, dropped, ...Object.values(indexes), ...Object.values(foreign_keys)].every(
    (list) => list.length === 0,
  )
}

/** The names of an index's columns, without their directions. */
export const columnsOf = (index: IndexSnapshot): readonly string[] =>
  index.columns.map((column) => column.replace('-', ''))
