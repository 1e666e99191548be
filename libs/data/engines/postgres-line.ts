import pg from 'pg'
import type { Connection, RawRow, RawValues, Result } from '../engine.ts'
import { type Column, Exchange, type Prepared } from './postgres-exchange.ts'
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
  #begin: string | undefined
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

  readonly isLost = (): boolean => this.#lost !== undefined

  readonly close = async (): Promise<void> => {
    clearTimeout(this.#silence)
    await this.#client.end()
  }

  /** Has the next statement begin a transaction: both go at once, and the statement is not run if that fails. */
  beginWithNext(begin: string): void {
    this.#begin = begin
  }

  readonly run = (text: string, parameters: readonly unknown[] = [], hot = false): Promise<Result> =>
    this.#ask(text, parameters, hot, ({ rows, columns, affected }) => ({
      rows: rows.map((values) => toRow(columns, values)),
      affected,
    }))

  readonly values = (text: string, parameters: readonly unknown[] = [], hot = false): Promise<readonly RawValues[]> =>
    this.#ask(text, parameters, hot, ({ rows }) => rows)

  #ask<T>(text: string, parameters: readonly unknown[], hot: boolean, read: (answer: Exchange) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const prepared = hot && this.#options.prepare ? this.#preparedOf(text) : undefined
      const exchange = new Exchange({ text, values: parameters.map(toText), prepared, begin: this.#begin }, (error) => {
        this.#pending -= 1
        this.#silence?.refresh()
        if (error) reject(toFault(this.#lost ?? error))
        else resolve(read(exchange))
      })
      this.#begin = undefined
      this.#pending += 1
      this.#silence?.refresh()
      this.#client.query(exchange)
    })
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

const toRow = (columns: readonly Column[], values: RawValues): RawRow =>
  Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]))

/** A value as PostgreSQL reads it. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'object') throw new TypeError('A parameter for PostgreSQL is text, a number, a boolean or null.')
  return String(value)
}
