import pg from 'pg'
import {
  type Connection,
  DatabaseFault,
  isRefusal,
  type RawRow,
  type RawValues,
  type Result,
  RowsRefused,
  type Statement,
} from '../engine.ts'
import { type Column, Exchange, type Prepared, type Sent } from './postgres-exchange.ts'
import { toFault } from './postgres-fault.ts'

/** How statements are run on a line. */
export interface LineOptions {
  /** Hot statements are prepared. */
  readonly prepare: boolean
  /** How long (milliseconds) the server may say nothing before the line counts as lost; for ever by default. */
  readonly silence?: number
}

/** A line to a PostgreSQL server: a client of node-postgres, and what it was told. */
export class PostgresLine implements Connection {
  readonly #client: pg.Client
  readonly #options: LineOptions
  readonly #prepared = new Map<string, Prepared>()
  /** Of a transaction that is to begin with what is asked next. */
  #begin: Statement | undefined
  #postponed: Statement[] = []
  #refusal: RowsRefused | undefined
  #pending = 0
  #silence: NodeJS.Timeout | undefined
  #lost: Error | undefined

  constructor(config: pg.ClientConfig, options: LineOptions) {
    this.#client = new pg.Client(config)
    this.#options = options
  }

  /** Connects. `onLost` is told of an error while nothing is asked; what is asked fails with it. */
  async open(onLost: (error: Error) => void): Promise<void> {
    this.#client.on('error', (error) => {
      this.#lost = error
      if (this.#pending === 0) onLost(error)
    })
    await this.#client.connect().catch((error: unknown) => Promise.reject(toFault(error)))
    // One for all statements: a timer for each of them costs more than many a statement.
    if (this.#options.silence) this.#silence = setTimeout(() => this.#endSilence(), this.#options.silence).unref()
  }

  /** Has `listener` told what comes on the channels that this line listens to. */
  onNotice(listener: (payload: string) => void): void {
    this.#client.on('notification', ({ payload = '' }) => listener(payload))
  }

  readonly isLost = (): boolean => this.#lost !== undefined

  readonly close = async (): Promise<void> => {
    clearTimeout(this.#silence)
    await this.#client.end()
  }

  /** Has what is asked next begin a transaction: both go at once, and it is not run if that fails. */
  begin(sql: string): void {
    this.#begin = { sql, parameters: [], hot: true }
  }

  /** Sends what was postponed; throws `RowsRefused` if it is, or was, refused. */
  readonly send = async (): Promise<void> => {
    if (this.#refusal) throw this.#refusal
    if (this.#postponed.length > 0) await this.#ask([], () => undefined)
  }

  /** Ends it. If nothing was asked it has not begun: what was postponed is one by itself. */
  readonly commit = async (): Promise<void> => {
    if (this.#refusal) throw this.#refusal
    const isBegun = this.#begin === undefined
    this.#begin = undefined
    if (!isBegun && this.#postponed.length === 0) return
    const command = await this.#ask(isBegun ? [COMMIT] : [], ({ command }) => command)
    // So the server answers when a statement was refused and the unit made light of that.
    if (command === 'ROLLBACK')
      throw new DatabaseFault('other', new Error('A unit went on after a statement had failed.'))
  }

  /** All there is to a unit that has asked nothing, taken away from here; undefined if its transaction has begun. */
  readonly takeUnsent = (): readonly Statement[] | undefined => {
    if (this.#begin === undefined) return undefined
    const unsent = this.#postponed
    this.#begin = undefined
    this.#postponed = []
    return unsent
  }

  readonly rollback = async (): Promise<void> => {
    const isBegun = this.#begin === undefined
    this.#begin = undefined
    this.#postponed = []
    this.#refusal = undefined
    if (isBegun) await this.run('ROLLBACK')
  }

  readonly postpone = async (statements: readonly Statement[]): Promise<void> => {
    for (const statement of statements) this.#postponed.push(statement)
    if (this.#postponed.length >= MOST_POSTPONED) await this.send()
  }

  readonly run = (sql: string, parameters: readonly unknown[] = [], hot = false): Promise<Result> =>
    this.#ask([{ sql, parameters, hot }], ({ rows, columns, affected }) => ({
      rows: rows.map((values) => toRow(columns, values)),
      affected,
    }))

  readonly values = (sql: string, parameters: readonly unknown[] = [], hot = false): Promise<readonly RawValues[]> =>
    this.#ask([{ sql, parameters, hot }], ({ rows }) => rows)

  /** Runs statements at once, as a transaction if none was begun. */
  readonly runAll = (statements: readonly Statement[]): Promise<void> => this.#ask(statements, () => undefined)

  #ask<T>(statements: readonly Statement[], read: (answer: Exchange) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const first = this.#first()
      const all = first.length === 0 ? statements : [...first, ...statements]
      const asked = all.map((statement) => this.#toSend(statement))
      // Not before: what cannot be sent takes nothing away from the unit that goes on without it.
      this.#begin = undefined
      this.#postponed = []
      const heard = () => void this.#silence?.refresh()
      const settle = (error?: Error) => {
        this.#pending -= 1
        heard()
        if (!error) resolve(read(exchange))
        else if (exchange.current < first.length) reject(this.#refused(toFault(this.#lost ?? error)))
        else reject(toFault(this.#lost ?? error))
      }
      const exchange = new Exchange(asked, settle, heard)
      this.#pending += 1
      heard()
      this.#client.query(exchange)
    })
  }

  /** What goes in front of what is asked now. */
  #first(): readonly Statement[] {
    return this.#begin ? [this.#begin, ...this.#postponed] : this.#postponed
  }

  /** What a fault means that belongs to what was postponed. */
  #refused(fault: DatabaseFault): Error {
    if (!isRefusal(fault)) return fault
    this.#refusal = new RowsRefused('What was postponed was refused.', { cause: fault })
    return this.#refusal
  }

  #toSend({ sql, parameters, hot }: Statement): Sent {
    const prepared = hot && this.#options.prepare ? this.#preparedOf(sql) : undefined
    return { text: sql, values: parameters.map(toText), prepared }
  }

  #preparedOf(text: string): Prepared {
    const known = this.#prepared.get(text)
    if (known) return known
    const prepared: Prepared = { name: `m${this.#prepared.size}`, columns: undefined }
    this.#prepared.set(text, prepared)
    return prepared
  }

  #endSilence(): void {
    if (this.#pending === 0) return
    this.#lost = new Error('The database does not answer.')
    // Cuts the line, so that what is asked fails.
    void this.#client.end()
  }
}

const COMMIT: Statement = { sql: 'COMMIT', parameters: [], hot: true }

/** Statements that wait on this side. */
const MOST_POSTPONED = 20

const toRow = (columns: readonly Column[], values: RawValues): RawRow =>
  Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]))

/** A value as PostgreSQL reads it. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'object') throw new TypeError('A parameter for PostgreSQL is text, a number, a boolean or null.')
  return String(value)
}
