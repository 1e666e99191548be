import type { FieldKind } from '@mainspring/core'

/** The three kinds of database. MariaDB and MySQL are one, with small differences behind it. */
export type EngineName = 'sqlite' | 'postgres' | 'mysql'

/** A row as a driver gives it, before codecs. */
export type RawRow = Readonly<Record<string, unknown>>

/** The same as a list of values, in the order in which its columns were asked for. */
export type RawValues = readonly unknown[]

/** What a statement did. `affected` counts rows that it inserted, matched for update, or deleted. */
export interface Result {
  readonly rows: readonly RawRow[]
  readonly affected: number
}

/** A statement with its values, encoded. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** One of few that come again and again: they are prepared once per connection and kept. */
  readonly hot: boolean
  /** Of what inserts one row and may go together with others like it: the same SQL for so many rows, with their values in a row. */
  readonly sqlOf?: ((rows: number) => string) | undefined
}

/**
 * One line to a database on which statements run one after another. Parameters are already encoded for the engine.
 * A driver's error arrives as a `DatabaseFault`.
 */
export interface Connection {
  /** See `Statement.hot`. */
  readonly run: (sql: string, parameters?: readonly unknown[], hot?: boolean) => Promise<Result>
  /** Runs a SELECT whose columns are known: rows without names take half the time. */
  readonly values: (sql: string, parameters?: readonly unknown[], hot?: boolean) => Promise<readonly RawValues[]>
  /**
   * Takes statements whose answers nobody needs, to be sent together with what is asked next, or at the end. When one of them is
   * refused the unit fails with `RowsRefused`, whatever it makes of that. An engine to which no way is long does without.
   */
  readonly postpone?: ((statements: readonly Statement[]) => Promise<void>) | undefined
}

/** A connection lent for one unit of work. */
export interface Loan {
  readonly connection: Connection
  /** From now on the connection refuses: what outlives its unit of work must not write into somebody else's. */
  readonly end: () => void
}

/** Lends a connection until `end`, for so many statements at most, of which none is then postponed. */
export function lend(connection: Connection, statements?: number): Loan {
  let ended = false
  let left = statements ?? Number.POSITIVE_INFINITY
  const { postpone } = connection
  const refuse = () => {
    const reason = ended ? 'This unit of work is over' : 'This unit of work has had its statements'
    return Promise.reject(new Error(`${reason}; its database handle must not be used any more.`))
  }
  const isOver = () => ended || left-- <= 0
  return {
    connection: {
      run: (sql, parameters, hot) => (isOver() ? refuse() : connection.run(sql, parameters, hot)),
      values: (sql, parameters, hot) => (isOver() ? refuse() : connection.values(sql, parameters, hot)),
      postpone: postpone && statements === undefined ? (all) => (ended ? refuse() : postpone(all)) : undefined,
    },
    end() {
      ended = true
    },
  }
}

/** How a transaction is to be run. */
export interface TransactionOptions {
  /** Runs in a group of its own on SQLite, however long it takes: an import, a migration. */
  readonly alone?: boolean
  /**
   * The job runs one statement, which on a server is a transaction by itself: BEGIN and COMMIT would make three round trips
   * of one. A second statement throws.
   */
  readonly single?: boolean
  /** Goes before those who wait for a connection: for what is lost when it comes late, as a lease is. */
  readonly urgent?: boolean
}

/**
 * A database that is open. It owns its connections; `close` waits for what runs and gives them back.
 * Values cross it encoded: `encode` before, `decode` after.
 */
export interface Engine {
  readonly name: EngineName
  /** Server and version, for /status: `PostgreSQL 18.3`. Asked once when opened. */
  readonly version: string
  /** The schema that tables live in, where the engine has schemas. */
  readonly schema: string | undefined
  /** Reads of committed rows, each statement for itself. */
  readonly reader: Connection
  /**
   * Runs `job` in one transaction: committed when it resolves, rolled back when it throws. On SQLite concurrent jobs share
   * one durable commit and are answered after it. Nothing is retried here.
   */
  readonly transaction: <T>(job: (connection: Connection) => Promise<T>, options?: TransactionOptions) => Promise<T>
  /**
   * Runs statements whose answers nobody needs as one transaction, all or none, with as few round trips as the engine has for
   * that: on PostgreSQL one, however many they are. A fault does not say which of them it was.
   */
  readonly runAll: (statements: readonly Statement[]) => Promise<void>
  /**
   * Lends a connection outside of any transaction, in the service's schema, direct to the server even behind a pooler:
   * for migrations and locks. No statement timeout.
   */
  readonly session: <T>(job: (connection: Connection) => Promise<T>) => Promise<T>
  /**
   * Opens a way to the other processes that have this database open; who opens it closes it, before the engine. Undefined where
   * there is none.
   */
  readonly openHints?: ((onHint: (hint: string) => void) => Hints) | undefined
  readonly encode: (kind: FieldKind, value: unknown) => unknown
  /** Undoes `encode` for a value that a driver gave; never called with null. Undefined when the driver's value is right already. */
  readonly decoder: (kind: FieldKind) => ((raw: unknown) => unknown) | undefined
  readonly close: () => Promise<void>
}

/** A way to tell other processes that they had better look now. A hint comes soon or never, so nobody may rely on one. */
export interface Hints {
  /** Gives a name to all others, the same one at most every 50 ms. Costs the caller nothing and never fails. */
  readonly give: (hint: string) => void
  readonly close: () => void
}

/** What kind of thing a database refused, alike on all engines. */
export type FaultKind =
  | 'unique'
  | 'foreign_key'
  | 'check'
  /** What had to concern a row concerned none. */
  | 'unmet'
  | 'serialization'
  | 'lock_timeout'
  | 'unavailable'
  | 'other'

/** A driver's error, classified. The driver's own error is the cause, and is never shown outside. */
export class DatabaseFault extends Error {
  readonly kind: FaultKind
  /** The constraint's name, or on SQLite `table.column` for a unique one. */
  readonly constraint: string | undefined

  constructor(kind: FaultKind, cause: unknown, constraint?: string) {
    super(`The database refused a statement (${kind}${constraint === undefined ? '' : `: ${constraint}`}).`, { cause })
    this.name = 'DatabaseFault'
    this.kind = kind
    this.constraint = constraint
  }
}

/** What was sent together with others was refused: the same unit tells what it was, when it sends each by itself. */
export class RowsRefused extends Error {}

/** Whether an error says that the database cannot be reached, or does not work at all. */
export const isAway = (error: unknown): boolean => error instanceof DatabaseFault && error.kind === 'unavailable'

/** Whether an error says that a statement was refused for what it wanted: the same one would be refused again. */
export const isRefusal = (error: DatabaseFault): boolean => ROW_FAULTS.has(error.kind) || error.kind === 'unmet'

/** Whether an error says that a row breaks a rule which only the database knows: what others wrote. */
export const isRowFault = (error: unknown): boolean => error instanceof DatabaseFault && ROW_FAULTS.has(error.kind)
const ROW_FAULTS: ReadonlySet<FaultKind> = new Set(['unique', 'foreign_key', 'check'])
