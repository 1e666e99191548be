import { Readable } from 'node:stream'
import {
  AppError,
  createValidator,
  type ErrorKind,
  type FieldError,
  id,
  invalid,
  objectSchema,
  type Spool,
} from '@mainspring/core'
import { CsvError, parse } from 'csv-parse'
import { BudgetItem } from '../entities/budget-item.ts'
import { type NewItem, newItemFields } from './item-service.ts'

/** The columns of an export; an import may have names in place of the ids of payees, and leave out what may be absent. */
export const EXPORTED: readonly string[] = ['id', ...Object.keys(BudgetItem.fields)]
const KNOWN: ReadonlySet<string> = new Set([...EXPORTED, 'payor_name', 'payee_name'])
const NEEDED = ['item', 'amount_minor', 'currency_code'] as const

/** A row of a sheet, where it begins, and what is wrong with it. */
export interface SheetRow {
  /** Counted from 1, as editors do; a cell may hold line breaks. */
  readonly line: number
  readonly item: Omit<NewItem, 'id'> & { readonly id: string | null }
  readonly errors: readonly FieldError[]
}

const validate = createValidator(objectSchema({ id: id({ optional: true }), ...newItemFields }), 'body')

/**
 * Reads a sheet row by row (CSV, RFC 4180, UTF-8, a header first), in bounded memory. Throws `invalid_csv` where it is no
 * such sheet; what is wrong with the values of a row is told with the row.
 */
export async function* readSheet(upload: Spool): AsyncGenerator<SheetRow> {
  let columns: readonly string[] | undefined
  for await (const { line, cells } of readCells(upload)) {
    if (!columns) {
      columns = checkedHeader(cells)
      continue
    }
    if (cells.length === 1 && cells[0] === '') continue
    if (cells.length !== columns.length) {
      throw notASheet(line, null, `It has ${cells.length} cells, and the header has ${columns.length}.`)
    }
    const item = toItem(columns, cells)
    yield { line, item: item as unknown as SheetRow['item'], errors: validate(item) }
  }
  if (!columns) throw notASheet(1, null, 'There is no header.')
}

/** One row as a line of a sheet. */
export const writeRow = (cells: readonly unknown[]): string => `${cells.map(writeCell).join(',')}\r\n`

/** What is wrong somewhere in a sheet. */
export interface Mistake {
  readonly line: number
  /** Null where it is about the whole line. */
  readonly column: string | null
  readonly code: string
  readonly detail: string
}

/** One error for the mistakes of a sheet: each named as `lines[3].amount_minor`, the first also by `line` and `column`. */
export function sheetError(kind: ErrorKind, code: string, mistakes: readonly Mistake[], cause?: unknown): AppError {
  const errors = mistakes.map(({ line, column, code, detail }) => ({
    field: `lines[${line}]${column === null ? '' : `.${column}`}`,
    code,
    detail: `Line ${line}${column === null ? '' : `, column ${column}`}: ${detail}`,
  }))
  const [first] = mistakes
  const more = mistakes.length > 1 ? ` And ${mistakes.length - 1} more.` : ''
  const detail = `${errors[0]?.detail}${more}`
  return new AppError(kind, code, { errors, detail, line: first?.line, column: first?.column, cause })
}

const notASheet = (line: number, column: string | null, detail: string) =>
  sheetError('invalid', 'invalid_csv', [{ line, column, code: 'invalid_csv', detail }])

/** More than this in one row is a quote that was never closed. */
const LONGEST_ROW = 100_000

async function* readCells(upload: Spool): AsyncGenerator<{ readonly line: number; readonly cells: readonly string[] }> {
  const parser = parse({
    raw: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
    record_delimiter: ['\r\n', '\n'],
  })
  let line = 1
  try {
    for await (const { raw, record } of Readable.from(decoded(upload)).compose(parser)) {
      yield { line, cells: record }
      line += raw.match(/\r\n?|\n/g)?.length ?? 0
    }
  } catch (error) {
    if (error instanceof CsvError) throw notASheet(line, null, `${error.message.split(':')[0]}.`)
    throw error
  }
}

/** Without the mark that spreadsheets put in front. */
async function* decoded(upload: Spool): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of upload.open()) yield decoder.decode(bytes, { stream: true })
    yield decoder.decode()
  } catch (error) {
    if (error instanceof TypeError) throw invalid('invalid_csv', { detail: 'The file is not UTF-8.', cause: error })
    throw error
  }
}

function checkedHeader(cells: readonly string[]): readonly string[] {
  const columns = cells.map((cell) => cell.trim())
  for (const [index, column] of columns.entries()) {
    if (!KNOWN.has(column)) throw notASheet(1, column, `There is no such column; these are: ${[...KNOWN].join(', ')}.`)
    if (columns.indexOf(column) < index) throw notASheet(1, column, 'The column is there twice.')
  }
  const missing = NEEDED.find((column) => !columns.includes(column))
  if (missing !== undefined) throw notASheet(1, missing, 'The column is missing.')
  return columns
}

/** An empty cell is an absent value. */
function toItem(columns: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const given = columns.map((column, index) => [column, readCell(column, cells[index] ?? '')])
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function readCell(column: string, cell: string): string | number | undefined {
  const text = cell.replace(DEFUSED, '')
  if (text === '') return undefined
  return column === 'amount_minor' && /^-?\d+$/.test(text) ? Number(text) : text
}

/**
 * What a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV Injection), and so does what has one
 * there already: taking one off again gives back what it was.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/
const DEFUSED = /^'(?='*[=+\-@\t\r\n＝＋－＠])/

function writeCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
