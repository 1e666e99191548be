import pg from 'pg'
import {
  type Connection,
  DatabaseFault,
  isAway,
  isRefusal,
  type RawRow,
  type RawValues,
  type Result,
  RowsRefused,
  type Statement,
} from '../engine.ts'
import { type Answer, type Column, Exchange, type Prepared, type Sent } from './postgres-exchange.ts'
import { toFault } from './postgres-fault.ts'

/** How statements are run on a line. */
export interface LineOptions {
  /** Hot statements are prepared. */
  readonly prepare: boolean
  /** How long (milliseconds) the server may say nothing before the line counts as lost; for ever by default. */
  readonly silence?: number
}

/** What somebody asked: statements of which the last one's answer is wanted. */
interface Question {
  readonly sent: readonly Sent[]
  /** So many of them go in front of what was asked. */
  readonly ahead: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** A line to a PostgreSQL server: a client of node-postgres, and what it was told. */
export class PostgresLine implements Connection {
  readonly #client: pg.Client
  readonly #options: LineOptions
  readonly #prepared = new Map<string, Prepared>()
  /** Of a transaction that is to begin with what is asked next. */
  #begin: Statement | undefined
  #postponed: Statement[] = []
  /** Whether all that is asked belongs to one transaction. */
  #isUnit = false
  #questions: Question[] = []
  #refusal: RowsRefused | undefined
  #pending = 0
  #silence: NodeJS.Timeout | undefined
  /** Whether nothing was heard since the silence was too long. */
  #isSilent = false
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

  /**
   * Has what is asked next begin a transaction: both go at once, and it is not run if that fails. Until the transaction ends
   * what is asked at one time goes together, too.
   */
  begin(sql: string): void {
    this.#isUnit = true
    this.#begin = { sql, parameters: [], hot: true }
  }

  /** Sends what was postponed; throws `RowsRefused` if it is, or was, refused. */
  readonly send = async (): Promise<void> => {
    if (this.#refusal) throw this.#refusal
    if (this.#postponed.length > 0) await this.#ask([])
  }

  /** Ends it. If nothing was asked it has not begun: what was postponed is one by itself. */
  readonly commit = async (): Promise<void> => {
    if (this.#refusal) throw this.#refusal
    const isBegun = this.#leave()
    if (!isBegun && this.#postponed.length === 0) return
    const { command } = await this.#ask(isBegun ? [COMMIT] : [])
    // So the server answers when a statement was refused and the unit made light of that.
    if (command === 'ROLLBACK')
      throw new DatabaseFault('other', new Error('A unit went on after a statement had failed.'))
  }

  /** All there is to a unit that has asked nothing, taken away from here; undefined if its transaction has begun. */
  readonly takeUnsent = (): readonly Statement[] | undefined => {
    if (this.#begin === undefined) return undefined
    const unsent = this.#postponed
    this.#leave()
    this.#postponed = []
    return unsent
  }

  readonly rollback = async (): Promise<void> => {
    const isBegun = this.#leave()
    this.#postponed = []
    this.#refusal = undefined
    if (isBegun) await this.run('ROLLBACK')
  }

  readonly postpone = async (statements: readonly Statement[]): Promise<void> => {
    for (const statement of statements) this.#postponed.push(statement)
    if (this.#postponed.length >= MOST_POSTPONED) await this.send()
  }

  readonly run = async (sql: string, parameters: readonly unknown[] = [], hot = false): Promise<Result> => {
    const { rows, columns, affected } = await this.#ask([{ sql, parameters, hot }])
    return { rows: rows.map((values) => toRow(columns, values)), affected }
  }

  readonly values = async (
    sql: string,
    parameters: readonly unknown[] = [],
    hot = false,
  ): Promise<readonly RawValues[]> => (await this.#ask([{ sql, parameters, hot }])).rows

  /** Runs statements at once, as a transaction if none was begun. */
  readonly runAll = async (statements: readonly Statement[]): Promise<void> => {
    await this.#ask(statements)
  }

  /** Ends what `begin` began; tells whether the server knows of it. */
  #leave(): boolean {
    const isBegun = this.#begin === undefined
    this.#begin = undefined
    this.#isUnit = false
    return isBegun
  }

  /** Resolves to the answer to the last of them. In a unit what is asked before the first answer is awaited goes together. */
  #ask(statements: readonly Statement[]): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const ahead = this.#begin ? [this.#begin, ...this.#postponed] : this.#postponed
      const sent = [...ahead, ...statements].map((statement) => this.#toSend(statement))
      // Not before: what cannot be sent takes nothing away from the unit that goes on without it.
      this.#begin = undefined
      this.#postponed = []
      this.#questions.push({ sent, ahead: ahead.length, resolve, reject })
      if (!this.#isUnit) this.#sendQuestions()
      else if (this.#questions.length === 1) queueMicrotask(() => this.#sendQuestions())
    })
  }

  #sendQuestions(): void {
    const questions = this.#questions
    if (questions.length === 0) return
    this.#questions = []
    const heard = () => {
      this.#isSilent = false
      this.#silence?.refresh()
    }
    const settle = (error?: Error) => {
      this.#pending -= 1
      heard()
      this.#settle(questions, exchange.answers, error && toFault(this.#lost ?? error))
    }
    const exchange = new Exchange(
      questions.flatMap(({ sent }) => sent),
      settle,
      heard,
    )
    this.#pending += 1
    heard()
    this.#client.query(exchange)
  }

  #settle(questions: readonly Question[], answers: readonly Answer[], fault: DatabaseFault | undefined): void {
    const all = questions.reduce((sum, { sent }) => sum + sent.length, 0)
    let end = 0
    for (const { sent, ahead, resolve, reject } of questions) {
      const begin = end
      end += sent.length
      const answer = answers[end - 1]
      // A transaction that the Sync was to commit may fail behind its last answer.
      if (answer && !(fault && end === all)) resolve(answer)
      else if (answers.length >= begin + ahead || !fault) reject(fault)
      else if (answers.length >= begin) reject(this.#refused(fault))
      // After whoever was to blame has said what it means: of several that are awaited together the first error counts.
      else setImmediate(reject, new DatabaseFault(isAway(fault) ? 'unavailable' : 'other', fault))
    }
  }

  #refused(fault: DatabaseFault): Error {
    const error = asRefused(fault)
    if (error instanceof RowsRefused) this.#refusal = error
    return error
  }

  #toSend({ sql, parameters, hot }: Statement): Sent {
    if (parameters.length > MOST_PARAMETERS)
      throw new RangeError('A statement for PostgreSQL has 65,535 parameters at most.')
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

  /** It may be this process that could do nothing for so long: first what has come meanwhile is read. */
  #endSilence(): void {
    this.#isSilent = true
    setImmediate(() => {
      if (this.#pending === 0 || !this.#isSilent) return
      this.#lost = new Error('The database does not answer.')
      // Cuts the line, so that what is asked fails.
      void this.#client.end()
    })
  }
}

/** What a fault means that belongs to what was postponed: who waits for it himself knows what it is that takes too long. */
export const asRefused = (fault: DatabaseFault): Error =>
  isRefusal(fault) || fault.kind === 'lock_timeout'
    ? new RowsRefused('What was postponed was refused.', { cause: fault })
    : fault

const COMMIT: Statement = { sql: 'COMMIT', parameters: [], hot: true }

/** The protocol counts them with 16 bits. */
const MOST_PARAMETERS = 65_535

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
