import { type Field, type FieldError, type Fields, factsOf, foldText, isFolded, text } from '@mainspring/core'
import type { Index } from './table.ts'

/** The column that has a folded field without regard to case: see `foldText`. */
export const foldedColumn = (name: string): string => `${name}_key`

/** What follows from the folded fields of an entity: a column each and its index, which is unique if the field is. */
export function foldedParts(fields: Fields): {
  readonly derived: Readonly<Record<string, FoldedColumn>>
  readonly indexes: readonly Index[]
} {
  const folded = foldedFields(fields).map(({ name, optional, unique, max }) => ({
    column: foldedColumn(name),
    unique,
    derived: {
      field: text({ max: LONGEST_LETTER * max, optional }),
      of: [name],
      from: (row: object) => fold(Reflect.get(row, name)),
    },
  }))
  return {
    derived: Object.fromEntries(folded.map(({ column, derived }) => [column, derived])),
    indexes: folded.map(({ column, unique }) => ({ columns: [column], unique })),
  }
}

/** Makes what refuses folded text of white space alone. */
export function createBlankCheck(fields: Fields): (row: object) => readonly FieldError[] {
  const names = foldedFields(fields).map(({ name }) => name)
  return (row) =>
    names.flatMap((name) => {
      const value: unknown = Reflect.get(row, name)
      const isBlank = value !== '' && fold(value) === ''
      return isBlank ? [{ field: name, code: 'too_short', detail: 'Must not be blank.' }] : []
    })
}

interface FoldedColumn {
  readonly field: Field
  readonly of: readonly string[]
  readonly from: (row: object) => string | null
}

/** Folding makes a letter three at most. */
const LONGEST_LETTER = 3

interface Bounds {
  readonly maxLength?: number
}

const foldedFields = (fields: Fields) =>
  Object.entries(fields)
    .filter(([, field]) => isFolded(field))
    .map(([name, field]) => {
      const { options, schema } = factsOf(field)
      const { maxLength: max }: Bounds = schema
      if (max === undefined) throw new Error(`${name} is folded, and needs a max.`)
      return { name, max, optional: options.optional === true, unique: options.unique === true }
    })

const fold = (value: unknown): string | null => (typeof value === 'string' ? foldText(value) : null)
