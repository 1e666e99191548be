import { type Fields, factsOf } from '@mainspring/core'
import type { Kysely } from 'kysely'
import { type Connection, DatabaseFault, type Statement } from './engine.ts'
import type { Prepared } from './prepared.ts'
import type { Query } from './query.ts'
import { Reader, type Shared } from './reader.ts'
import type { Stored, Table } from './table.ts'

/** Runs statements of one's own and writes rows of plain tables, in one unit of work; what is not waited for is postponed. */
export class StatementWriter extends Reader {
  /** The unit is run again, and then it is not optimistic, if the database refuses rows (`RowsRefused`): no savepoint is needed. */
  protected readonly isOptimistic: boolean
  /** Writes without waiting for it; only an optimistic unit may be told late what was refused. */
  protected readonly postpone: Connection['postpone']

  constructor(shared: Shared, connection: Connection, isOptimistic = false) {
    super(shared, connection)
    this.isOptimistic = isOptimistic
    this.postpone = isOptimistic ? connection.postpone : undefined
  }

  /**
   * Writes a row into a plain table unless its key is taken; tells whether it did. Waits for a transaction that is
   * writing the same key. With `isLikely` the unit may go on before that is known, and is run again if the key is taken.
   */
  async insertUnlessThere<C extends Fields>(
    table: Table<C>,
    values: Stored<Table<C>>,
    { isLikely = false } = {},
  ): Promise<boolean> {
    if (isLikely && this.postpone) {
      await this.append(table, [values])
      return true
    }
    const encoded = Object.entries(table.columns).map(([name, field]) =>
      this.encode(factsOf(field).kind, Reflect.get(values, name)),
    )
    try {
      return (await this.connection.run(this.shared.insertUnlessThereOf(table), encoded, true)).affected > 0
    } catch (error) {
      if (this.engine === 'mysql' && error instanceof DatabaseFault && error.kind === 'unique') return false
      throw error
    }
  }

  /**
   * Writes rows into a plain table, in order and with as few statements as may be: where the database numbers them, later
   * ones get greater numbers. What is left out is null.
   */
  async append<C extends Fields>(table: Table<C>, rows: readonly Partial<Stored<Table<C>>>[]): Promise<void> {
    if (rows.length === 0) return
    const { insert, insertMany } = this.shared.appendsOf(table)
    await this.runInserts(insertMany && rows.length > 1 ? insertMany(rows) : rows.map(insert))
  }

  /** Runs a statement of one's own; resolves to the number of rows it concerned. */
  async execute<T>(build: (query: Kysely<T>) => Query<unknown>): Promise<number> {
    const { sql, parameters } = build(this.shared.builder as unknown as Kysely<T>).compile()
    return (await this.connection.run(sql, parameters)).affected
  }

  /** Runs a statement that was declared with `prepared`; resolves to the number of rows it concerned. */
  async executePrepared<P extends object>(statement: Prepared<P>, given: P): Promise<number> {
    const { sql, valuesOf } = this.shared.preparedOf(statement as Prepared<object>)
    return (await this.connection.run(sql, valuesOf(given), true)).affected
  }

  /**
   * Runs a statement that was declared with `prepared` and must concern a row, or write one whose key is free: else the unit
   * throws what `lost` makes. What comes after it may be done before that is known.
   */
  async requirePrepared<P extends object>(statement: Prepared<P>, given: P, lost: () => Error): Promise<void> {
    const { sql, required, valuesOf } = this.shared.preparedOf(statement as Prepared<object>)
    const parameters = valuesOf(given)
    if (this.postpone) return this.postpone([{ sql: required, parameters, hot: true }])
    try {
      if ((await this.connection.run(sql, parameters, true)).affected === 0) throw lost()
    } catch (error) {
      throw error instanceof DatabaseFault && error.kind === 'unique' ? lost() : error
    }
  }

  /** Runs a statement that was declared with `prepared` and answers rows: RETURNING, which MySQL does not know. */
  async returnPrepared<P extends object, O>(statement: Prepared<P, O>, given: P): Promise<readonly O[]> {
    const { sql, valuesOf } = this.shared.preparedOf(statement as Prepared<object>)
    return (await this.connection.run(sql, valuesOf(given), true)).rows as readonly O[]
  }

  protected async runInserts(statements: readonly Statement[]): Promise<void> {
    if (this.postpone) await this.postpone(statements)
    else for (const { sql, parameters, hot } of statements) await this.connection.run(sql, parameters, hot)
  }
}
