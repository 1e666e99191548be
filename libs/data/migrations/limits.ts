import type { TableSnapshot } from '../table.ts'
import { checkName, LONGEST_INDEXED, longestOf } from './columns.ts'
import { columnsOf } from './compare.ts'
import { MigrationError } from './migration-error.ts'

/** PostgreSQL cuts longer names off without a word. */
const LONGEST_NAME = 63

/** Throws for what some engine could not hold: a name that is too long, an index over texts that are. */
export function checkLimits(table: TableSnapshot): void {
  const names = [
    table.name,
    ...table.columns.flatMap((column) => [column.name, checkName(table.name, column)]),
    ...[...table.indexes, ...table.foreign_keys].map(({ name }) => name),
  ]
  const tooLong = names.find((name) => name.length > LONGEST_NAME)
  if (tooLong)
    throw new MigrationError(`${tooLong} is longer than the ${LONGEST_NAME} characters that a name may have.`)
  for (const columns of [table.primary_key, ...table.indexes.map(columnsOf)]) {
    const texts = table.columns.filter(({ name, kind }) => columns.includes(name) && ['text', 'json'].includes(kind))
    const length = texts.reduce((sum, column) => sum + (longestOf(column) ?? Infinity), 0)
    if (length <= LONGEST_INDEXED) continue
    throw new MigrationError(
      `${table.name} (${columns.join(', ')}) is indexed, so its texts may have ${LONGEST_INDEXED} characters together: give them a max.`,
    )
  }
}
