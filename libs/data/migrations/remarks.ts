import type { ColumnSnapshot } from '../table.ts'
import { columnsOf, type KeptColumn } from './compare.ts'
import type { Step } from './steps.ts'

/** What a reviewer must know of a step: what it loses, which rows could make it fail, and whether a rename was meant. */
export function remarksOn(step: Step, steps: readonly Step[]): readonly string[] {
  switch (step.kind) {
    case 'drop_table':
      return [`destructive: all rows of ${step.change.before.name} are lost`, ...guessTableRename(steps)]
    case 'drop_column': {
      const { before, added } = step.change
      const alike = added.filter((column) => column.kind === step.column.kind)
      return [
        `destructive: the values of ${before.name}.${step.column.name} are lost`,
        ...alike.map((column) => renameHint(`${before.name}.${step.column.name}`, column.name)),
      ]
    }
    case 'add_column':
      return needsValue(step.column) ? [`may fail: rows that are there have no ${step.column.name}; set it first`] : []
    case 'alter_column':
      return remarksOnColumn(step.column)
    case 'create_index': {
      const { index, change } = step
      const isNew = !change.before.indexes.some(({ name }) => name === index.name)
      return index.unique && isNew ? [`may fail: rows that share ${columnsOf(index).join(', ')}`] : []
    }
    case 'add_foreign_key': {
      const { key, change } = step
      const isNew = change.kind === 'alter' && !change.before.foreign_keys.some(({ name }) => name === key.name)
      return isNew ? [`may fail: rows whose ${key.column} is not the id of one of ${key.table}`] : []
    }
    default:
      return []
  }
}

/** Whether rows that are there get no value for a new column that must have one. */
export const needsValue = (column: ColumnSnapshot): boolean => !column.nullable && column.default === undefined

function remarksOnColumn({ before, after }: KeptColumn): readonly string[] {
  return [
    ...(before.nullable && needsValue(after) ? [`may fail: rows without ${after.name}`] : []),
    ...(isNarrower(before, after) ? [`may fail: rows whose ${after.name} breaks the new rules`] : []),
  ]
}

function isNarrower(before: ColumnSnapshot, after: ColumnSnapshot): boolean {
  const allowed = after.values
  const lost = allowed !== undefined && !(before.values?.every((value) => allowed.includes(value)) ?? false)
  const raised = lowerBounds.some((bound) => (after[bound] ?? -Infinity) > (before[bound] ?? -Infinity))
  return lost || raised || upperBounds.some((bound) => (after[bound] ?? Infinity) < (before[bound] ?? Infinity))
}

const lowerBounds = ['min_length', 'minimum', 'exclusive_minimum'] as const
const upperBounds = ['max_length', 'maximum', 'exclusive_maximum'] as const

function guessTableRename(steps: readonly Step[]): readonly string[] {
  const dropped = steps.flatMap((step) => (step.kind === 'drop_table' ? [step.change.before.name] : []))
  const created = steps.flatMap((step) => (step.kind === 'create_table' ? [step.change.after.name] : []))
  return dropped.flatMap((name) => created.map((other) => renameHint(name, other)))
}

const renameHint = (from: string, to: string): string =>
  `or was ${from} renamed to ${to}? Then draft again with --rename ${from}=${to}`
