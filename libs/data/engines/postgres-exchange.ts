import type pg from 'pg'
import type { RawValues } from '../engine.ts'

/** A statement under a name on a line; without columns where the server does not know it, or perhaps not. */
export interface Prepared {
  readonly name: string
  columns: readonly Column[] | undefined
}

/** What is sent for one statement. */
export interface Statement {
  readonly text: string
  readonly values: (string | null)[]
  readonly prepared: Prepared | undefined
  readonly begin: string | undefined
}

/**
 * A statement and its answer, as a client of node-postgres runs it. Its own `Query` has a prepared statement described each
 * time, and makes much of the description.
 */
export class Exchange implements pg.Submittable {
  readonly rows: RawValues[] = []
  columns: readonly Column[] = NO_COLUMNS
  affected = 0
  readonly #statement: Statement
  readonly #settle: (error?: Error) => void

  constructor(statement: Statement, settle: (error?: Error) => void) {
    this.#statement = statement
    this.#settle = settle
  }

  /** Up to the Sync the server does nothing more once something has failed. */
  submit(connection: pg.Connection): void {
    const { text, values, prepared, begin } = this.#statement
    if (!prepared && begin === undefined && values.length === 0) {
      connection.query(text)
      return
    }
    const name = prepared?.name ?? ''
    const columns = prepared?.columns
    connection.stream.cork()
    if (begin !== undefined) {
      connection.parse({ name: '', text: begin, types: [] }, true)
      connection.bind({}, true)
      connection.execute({}, true)
    }
    if (!columns) {
      if (prepared) connection.close({ type: 'S', name }, true)
      connection.parse({ name, text, types: [] }, true)
    }
    connection.bind({ statement: name, values }, true)
    if (columns) this.columns = columns
    else connection.describe({ type: 'P' }, true)
    connection.execute({}, true)
    connection.sync()
    connection.stream.uncork()
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({ name, read: readers[dataTypeID] }))
  }

  handleDataRow({ fields }: { readonly fields: unknown[] }): void {
    const { columns } = this
    for (let index = 0; index < columns.length; index++) {
      const read = columns[index]?.read
      if (read && fields[index] !== null) fields[index] = read(fields[index] as string)
    }
    this.rows.push(fields)
  }

  /** `INSERT 0 5`, `SELECT 20`, `BEGIN`. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.affected = Number(text.slice(text.lastIndexOf(' ') + 1)) || 0
  }

  handleReadyForQuery(): void {
    const { prepared } = this.#statement
    if (prepared) prepared.columns = this.columns
    this.#settle()
  }

  handleError(error: Error): void {
    const { prepared } = this.#statement
    if (prepared) prepared.columns = undefined
    this.#settle(error)
  }
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
