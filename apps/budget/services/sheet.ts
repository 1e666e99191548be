import {
  AppError,
  createValidator,
  type ErrorDetails,
  type ErrorKind,
  type FieldError,
  id,
  objectSchema,
  type Spool,
} from '@mainspring/core'
import { BudgetItem } from '../entities/budget-item.ts'
import { type CellRow, fused, readCells, writeCells } from './cells.ts'
import { type NewItem, newItemFields } from './item-service.ts'

/** The columns of an export; an import may have names in place of the ids of payees, and leave out what may be absent. */
const EXPORTED: readonly string[] = ['id', ...Object.keys(BudgetItem.fields)]
const KNOWN: ReadonlySet<string> = new Set([...EXPORTED, 'payor_name', 'payee_name'])
const NEEDED = ['item', 'amount_minor', 'currency_code'] as const

/** What is wrong somewhere in a sheet. */
export interface Mistake {
  readonly line: number
  /** Null where it is about the whole line. */
  readonly column: string | null
  readonly code: string
  readonly detail: string
}

/** A row of a sheet. */
export interface SheetRow {
  /** Where it begins, counted from 1. */
  readonly line: number
  /** What it says, if there are no mistakes. */
  readonly item: Omit<NewItem, 'id'> & { readonly id: string | null }
  readonly mistakes: readonly Mistake[]
}

/** The first line of a sheet. */
export const writeHeader = (): string => writeCells(EXPORTED)

/** An item as a line of a sheet. */
export const writeItem = (item: BudgetItem): string => writeCells(EXPORTED.map((column) => Reflect.get(item, column)))

/** Empty ones count: they take as long to read. */
const MOST_ROWS = 250_000

/**
 * Reads a sheet row by row (CSV, a header first), in bounded memory. What is wrong is told with the row; throws
 * `invalid_csv` where there is no row to tell it with. It ends with a row that is one too many.
 */
export async function* readSheet(upload: Spool): AsyncGenerator<SheetRow> {
  let columns: readonly string[] | undefined
  let rows = 0
  for await (const row of readCells(upload)) {
    if (rows++ > MOST_ROWS) {
      if (columns) yield { ...toRow(columns, row), mistakes: [tooMany(row)] }
      break
    }
    if (!row.fault && row.cells.every((cell) => cell === '')) continue
    if (columns) yield toRow(columns, row)
    else columns = checkedHeader(row)
  }
  if (!columns) throw sheetError('invalid', 'invalid_csv', [mistake(1, null, 'There is no header.')])
}

/** Nobody mends more at once; the others are counted. */
export const MOST_MISTAKES = 100

/**
 * One error for the mistakes of a sheet, a hundred at most: each named as `lines[3].amount_minor`, the first also by `line` and `column`.
 * `count` says how many there are, if not all are given.
 */
export function sheetError(
  kind: ErrorKind,
  code: string,
  mistakes: readonly Mistake[],
  { count = mistakes.length, ...details }: ErrorDetails & { readonly count?: number } = {},
): AppError {
  const errors = mistakes.slice(0, MOST_MISTAKES).map(({ line, column, code, detail }) => ({
    field: `lines[${line}]${column === null ? '' : `.${column}`}`,
    code,
    detail: `Line ${line}${column === null ? '' : `, column ${column}`}: ${detail}`,
  }))
  const [first] = mistakes
  const more = count > 1 ? ` And ${count - 1} more.` : ''
  const detail = `${errors[0]?.detail}${more}`
  return new AppError(kind, code, { ...details, errors, detail, line: first?.line, column: first?.column })
}

const mistake = (line: number, column: string | null, detail: string): Mistake => ({
  line,
  column,
  code: 'invalid_csv',
  detail,
})

const tooMany = ({ line }: CellRow): Mistake => ({
  line,
  column: null,
  code: 'too_many',
  detail: `${MOST_ROWS} rows are the most.`,
})

function checkedHeader({ line, cells, fault }: CellRow): readonly string[] {
  const columns = cells.map((cell) => cell.trim())
  const mistakes = fault ? [mistake(line, null, fault.detail)] : findInHeader(line, columns)
  if (mistakes.length > 0) throw sheetError('invalid', 'invalid_csv', mistakes)
  return columns
}

function findInHeader(line: number, columns: readonly string[]): readonly Mistake[] {
  if (columns.length === 1) return [mistake(line, null, 'There is one column only; cells are separated by commas.')]
  const known = [...KNOWN].join(', ')
  return [
    ...columns.flatMap((column, index) => {
      if (!KNOWN.has(column)) return mistake(line, column, `There is no such column; these are: ${known}.`)
      return columns.indexOf(column) < index ? mistake(line, column, 'The column is there twice.') : []
    }),
    ...NEEDED.filter((column) => !columns.includes(column)).map((column) =>
      mistake(line, column, 'The column is missing.'),
    ),
  ]
}

const validate = createValidator(objectSchema({ id: id({ optional: true }), ...newItemFields }), 'body')

/** An empty cell is an absent value. */
function toRow(columns: readonly string[], { line, cells, fault }: CellRow): SheetRow {
  const given = columns.map((column, index) => [column, toValue(column, cells[index] ?? '')])
  const item = Object.fromEntries(given.filter(([, value]) => value !== undefined)) as unknown as SheetRow['item']
  if (fault) return { line, item, mistakes: [mistake(line, columns[fault.cell] ?? null, fault.detail)] }
  if (cells.length !== columns.length) {
    const detail = `There must be ${columns.length} cells, as in the header, not ${cells.length}.`
    return { line, item, mistakes: [mistake(line, null, detail)] }
  }
  const wrong = [...findNul(item), ...validate(item)]
  return { line, item, mistakes: wrong.map(({ field, ...error }) => ({ line, column: field, ...error })) }
}

/** JSON with it does not get this far either: databases do not agree on it. */
const findNul = (item: object): readonly FieldError[] =>
  Object.entries(item)
    .filter(([, value]) => String(value).includes('\0'))
    .map(([field]) => ({ field, code: 'text', detail: 'Must be Unicode text without NUL.' }))

function toValue(column: string, cell: string): string | number | undefined {
  if (cell === '') return undefined
  return column === 'amount_minor' && /^-?\d+$/.test(cell) ? Number(cell) : fused(cell)
}
