import type pg from 'pg'
import type { RawValues } from '../engine.ts'
import { writeRuns } from './postgres-message.ts'

/** A statement under a name on a line; without columns where the server does not know it, or perhaps not. */
export interface Prepared {
  readonly name: string
  columns: readonly Column[] | undefined
}

/** What is sent for one statement. */
export interface Sent {
  readonly text: string
  readonly values: (string | null)[]
  readonly prepared: Prepared | undefined
}

/** What the server answered to one statement. */
export interface Answer {
  readonly rows: readonly RawValues[]
  readonly columns: readonly Column[]
  readonly affected: number
  /** What it did, in the server's words. */
  readonly command: string
}

/**
 * Statements that go at once, and the answer to each, as a client of node-postgres runs it. Its own `Query` is one statement,
 * has it described each time, and makes much of the description.
 */
export class Exchange implements pg.Submittable {
  /** Those that came; the next one is that of the statement which is being answered, or failed. */
  readonly answers: Answer[] = []
  #rows: RawValues[] = []
  #columns: readonly Column[] = NO_COLUMNS
  readonly #sent: readonly Sent[]
  readonly #settle: (error?: Error) => void
  readonly #heard: () => void

  /** `heard` is called with each sign of life of the server. */
  constructor(sent: readonly Sent[], settle: (error?: Error) => void, heard: () => void) {
    this.#sent = sent
    this.#settle = settle
    this.#heard = heard
  }

  /** Up to the Sync the server does nothing more once something has failed, and all is one transaction. */
  submit(connection: pg.Connection): void {
    const [first, second] = this.#sent
    if (first && !second && !first.prepared && first.values.length === 0) {
      connection.query(first.text)
      return
    }
    if (this.#sent.every(({ prepared }) => prepared?.columns)) {
      if (connection.stream.writable) connection.stream.write(writeRuns(this.#sent))
    } else {
      connection.stream.cork()
      for (const sent of this.#sent) send(connection, sent)
      connection.sync()
      connection.stream.uncork()
    }
    this.#columns = first?.prepared?.columns ?? NO_COLUMNS
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, read: readers[dataTypeID] }))
  }

  handleDataRow({ fields }: { readonly fields: unknown[] }): void {
    const columns = this.#columns
    for (let index = 0; index < columns.length; index++) {
      const read = columns[index]?.read
      if (read && fields[index] !== null) fields[index] = read(fields[index] as string)
    }
    this.#rows.push(fields)
  }

  /** `INSERT 0 5`, `SELECT 20`, `COMMIT`. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#heard()
    const columns = this.#columns
    const prepared = this.#sent[this.answers.length]?.prepared
    if (prepared) prepared.columns = columns
    const affected = Number(text.slice(text.lastIndexOf(' ') + 1)) || 0
    this.answers.push({ rows: this.#rows, columns, affected, command: text })
    this.#columns = this.#sent[this.answers.length]?.prepared?.columns ?? NO_COLUMNS
    this.#rows = []
  }

  handleReadyForQuery(): void {
    this.#settle()
  }

  /** None of those that follow was prepared either. */
  handleError(error: Error): void {
    for (const { prepared } of this.#sent.slice(this.answers.length)) if (prepared) prepared.columns = undefined
    this.#settle(error)
  }
}

function send(connection: pg.Connection, { text, values, prepared }: Sent): void {
  const name = prepared?.name ?? ''
  const columns = prepared?.columns
  if (!columns) {
    if (prepared) connection.close({ type: 'S', name }, true)
    connection.parse({ name, text, types: [] }, true)
  }
  connection.bind({ statement: name, values }, true)
  if (!columns) connection.describe({ type: 'P' }, true)
  connection.execute({}, true)
}

/** A column of an answer. */
export interface Column {
  readonly name: string
  /** Undefined where the server's text is right: codecs, not the line, know what else a column holds. */
  readonly read: ((text: string) => unknown) | undefined
}

const NO_COLUMNS: readonly Column[] = []

const INT8 = 20
const FLOAT8 = 701
const BOOL = 16
const INT4 = 23

const readers: Readonly<Record<number, Column['read']>> = {
  [INT4]: Number,
  [INT8]: Number,
  [FLOAT8]: Number,
  [BOOL]: (text) => text === 't',
}
