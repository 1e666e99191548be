import type { ColumnSnapshot, IndexSnapshot, TableSnapshot } from '../table.ts'
import {
  type AlteredTable,
  type CreatedTable,
  compareTables,
  type DroppedTable,
  type ForeignKeySnapshot,
  type KeptColumn,
  type Renames,
  type TableChange,
} from './compare.ts'

/** One thing to do to a database, as a reviewer would name it. */
export type Step =
  | { readonly kind: 'create_table'; readonly change: CreatedTable }
  | { readonly kind: 'drop_table'; readonly change: DroppedTable }
  | { readonly kind: 'rename_table'; readonly change: AlteredTable }
  | { readonly kind: 'add_column'; readonly change: AlteredTable; readonly column: ColumnSnapshot }
  | { readonly kind: 'alter_column'; readonly change: AlteredTable; readonly column: KeptColumn }
  | { readonly kind: 'drop_column'; readonly change: AlteredTable; readonly column: ColumnSnapshot }
  | { readonly kind: 'create_index'; readonly change: AlteredTable; readonly index: IndexSnapshot }
  | { readonly kind: 'drop_index'; readonly change: AlteredTable; readonly index: IndexSnapshot }
  | { readonly kind: 'add_foreign_key'; readonly change: CreatedTable | AlteredTable; readonly key: ForeignKeySnapshot }
  | {
      readonly kind: 'drop_foreign_key'
      readonly change: DroppedTable | AlteredTable
      readonly key: ForeignKeySnapshot
    }

/**
 * The steps from some tables to others, in an order that works: what stands on others goes first and comes last, and
 * names are free before they are taken. Empty when nothing has changed.
 */
export function diffTables(
  before: readonly TableSnapshot[],
  after: readonly TableSnapshot[],
  renames: Renames = {},
): readonly Step[] {
  const changes = compareTables(before, after, renames)
  return phases.flatMap((phase) => changes.flatMap(phase))
}

const phases: readonly ((change: TableChange) => readonly Step[])[] = [
  dropForeignKeys,
  (change) =>
    change.kind === 'alter' ? change.indexes.dropped.map((index) => ({ kind: 'drop_index', change, index })) : [],
  (change) => (change.kind === 'drop' ? [{ kind: 'drop_table', change }] : []),
  (change) => (isRenamed(change) ? [{ kind: 'rename_table', change }] : []),
  (change) => (change.kind === 'create' ? [{ kind: 'create_table', change }] : []),
  changeColumns,
  (change) =>
    change.kind === 'alter' ? change.indexes.added.map((index) => ({ kind: 'create_index', change, index })) : [],
  addForeignKeys,
]

/** Tables that are dropped may point at each other. */
function dropForeignKeys(change: TableChange): readonly Step[] {
  if (change.kind === 'create') return []
  const keys = change.kind === 'alter' ? change.foreign_keys.dropped : change.before.foreign_keys
  return keys.map((key) => ({ kind: 'drop_foreign_key', change, key }))
}

const isRenamed = (change: TableChange): change is AlteredTable =>
  change.kind === 'alter' && change.before.name !== change.after.name

function changeColumns(change: TableChange): readonly Step[] {
  if (change.kind !== 'alter') return []
  return [
    ...change.dropped.map((column): Step => ({ kind: 'drop_column', change, column })),
    ...change.altered.map((column): Step => ({ kind: 'alter_column', change, column })),
    ...change.added.map((column): Step => ({ kind: 'add_column', change, column })),
  ]
}

function addForeignKeys(change: TableChange): readonly Step[] {
  if (change.kind === 'drop') return []
  const keys = change.kind === 'alter' ? change.foreign_keys.added : change.after.foreign_keys
  return keys.map((key) => ({ kind: 'add_foreign_key', change, key }))
}

/** A step in a few words: `add column sprockets.color`. */
export function titleOf(step: Step): string {
  const { change } = step
  const table = change.kind === 'drop' ? change.before.name : change.after.name
  switch (step.kind) {
    case 'create_table':
    case 'drop_table':
      return `${step.kind.replace('_', ' ')} ${table}`
    case 'rename_table':
      return `rename table ${step.change.before.name} to ${table}`
    case 'add_column':
    case 'drop_column':
      return `${step.kind.replace('_', ' ')} ${table}.${step.column.name}`
    case 'alter_column': {
      const { before, after } = step.column
      return before.name === after.name
        ? `alter column ${table}.${after.name}`
        : `rename column ${table}.${before.name} to ${after.name}`
    }
    case 'create_index':
    case 'drop_index':
      return `${step.kind.replace('_', ' ')} ${step.index.name}`
    default:
      return `${step.kind === 'add_foreign_key' ? 'add' : 'drop'} foreign key ${step.key.name}`
  }
}

/** A step as it stands in a file: its statements without semicolons. */
export interface DraftedStep {
  readonly title: string
  readonly remarks: readonly string[]
  readonly statements: readonly string[]
}
