import { setImmediate as nextTurn } from 'node:timers/promises'
import { invalid, type Spool } from '@mainspring/core'
import { CsvError, parse } from 'csv-parse'

/** A row of a sheet as it stands there. */
export interface CellRow {
  /** Where it begins, counted from 1, as editors do; a cell may hold line breaks. */
  readonly line: number
  readonly cells: readonly string[]
  /** Where it is no CSV: the last row then, because nobody knows where the next one would begin. */
  readonly fault?: { readonly cell: number; readonly detail: string }
}

/** Reads the rows of a CSV file (RFC 4180, UTF-8) in bounded memory. */
export async function* readCells(upload: Spool): AsyncGenerator<CellRow> {
  let line = 1
  for await (const { rows, error } of parsed(upload)) {
    for (const { raw, record } of rows) {
      yield { line, cells: record }
      line += raw.match(/\r\n?|\n/g)?.length ?? 0
    }
    if (error instanceof CsvError) {
      const detail = FAULTS[error.code] ?? error.message
      return yield { line, cells: [], fault: { cell: Number(error.column), detail } }
    }
    if (error) throw error
  }
}

/** More than this in one row is a quote that was never closed. */
const LONGEST_ROW = 100_000

const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened here and never closed.',
  CSV_INVALID_CLOSING_QUOTE: 'Something follows a closing quote; a quote within a cell is written twice.',
  CSV_MAX_RECORD_SIZE: `The row is longer than ${LONGEST_ROW} bytes; perhaps a quote is never closed.`,
  INVALID_OPENING_QUOTE: 'A quote stands in a cell without quotes around it; within those it is written twice.',
}

interface ParsedRow {
  readonly raw: string
  readonly record: readonly string[]
}

/** Rows are taken as they are parsed: a stream of them would drop those before a fault, and with them the count of lines. */
async function* parsed(upload: Spool): AsyncGenerator<{ rows: readonly ParsedRow[]; error: Error | null | undefined }> {
  let rows: ParsedRow[] = []
  const parser = parse({
    raw: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
    record_delimiter: ['\r\n', '\n'],
    on_record(row) {
      rows.push(Object(row)) // Its type does not know what `raw` makes of it.
      return null
    },
  })
  parser.on('error', () => {}) // Whoever writes is told.
  async function told(write: (done: (error?: Error | null) => void) => void) {
    const error = await new Promise<Error | null | undefined>(write)
    const taken = rows
    rows = []
    return { rows: taken, error }
  }
  for await (const text of decoded(upload)) {
    yield told((done) => void parser.write(text, done))
    await nextTurn()
  }
  yield told((done) => void parser.end(done))
}

/** Bytes that are parsed until others get their turn: they may be as many rows. */
const PIECE = 8 * 1024

/** Without the mark that spreadsheets put in front. */
async function* decoded(upload: Spool): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of upload.open()) {
      for (let at = 0; at < bytes.length; at += PIECE) {
        yield decoder.decode(bytes.subarray(at, at + PIECE), { stream: true })
      }
    }
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw invalid('invalid_csv', { detail: 'The file is not UTF-8: save it as CSV UTF-8.', cause: error })
  }
}

/** One row as a line of a sheet. */
export const writeCells = (values: readonly unknown[]): string => `${values.map(writeCell).join(',')}\r\n`

function writeCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? defused(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A text that no spreadsheet runs: what it would take for a formula gets an apostrophe in front (OWASP, CSV Injection), and
 * so does what has one there already, so that `fused` gives back what it was.
 */
export const defused = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** What was defused, as it was; any other text as it is. */
export const fused = (text: string): string => (DEFUSED.test(text) ? text.slice(1) : text)

const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/
const DEFUSED = /^''*[=+\-@\t\r\n＝＋－＠]/
