import {
  collectErrors,
  type Fields,
  factsOf,
  firstVersion,
  rethrowOutOf,
  rethrowWithin,
  toTimestamp,
} from '@mainspring/core'
import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import { deleteRow } from './deletion.ts'
import { type EngineName, isRowFault, RowsRefused, type Statement } from './engine.ts'
import { type ChangesOf, type Entity, type InsertOf, type RowOf, VERSION } from './entity.ts'
import { lockKeys } from './locks.ts'
import type { AnyTables, Query, Selects } from './query.ts'
import { rowChanged, rowNotFound } from './refusals.ts'
import { refusalOf } from './refused-write.ts'
import { changedRow, newRow } from './rows.ts'
import { StatementWriter } from './statement-writer.ts'

/** Reads and writes rows in one unit of work: all of it is committed, or nothing. */
export class Writer extends StatementWriter {
  readonly #closing: (() => Promise<void>)[] = []
  #isFinished = false
  readonly #committed: (() => void)[] = []
  readonly #held = new Set<string>()
  readonly #made = new Set<string>()

  /** The row with this id, locked against other writers until the unit ends. */
  async findForUpdate<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C> | undefined> {
    const row = await this.findBy(entity, 'findForUpdate', id)
    if (row) this.#held.add(row.path)
    return row
  }

  /** The same; throws `not_found` when there is none. */
  async getForUpdate<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C>> {
    const row = await this.findForUpdate(entity, id)
    if (!row) throw rowNotFound(entity, id)
    return row
  }

  /** The rows with these ids, locked in one order by everybody, so that two batches cannot wait for each other. */
  async findManyForUpdate<C extends Fields>(
    entity: Entity<C>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, RowOf<C>>> {
    const rows = await this.#lockRows(entity, ids)
    return new Map(rows.map((row) => [row.id, row]))
  }

  /**
   * Some fields of the rows with these ids, by id, as they are until the unit ends: who would write one waits, and others may
   * read them likewise. To be written by this unit they are found for update.
   */
  async findManyForShare<C extends Fields, F extends keyof C & string>(
    entity: Entity<C>,
    ids: readonly string[],
    fields: readonly F[],
  ): Promise<ReadonlyMap<string, Pick<RowOf<C>, F>>> {
    const wanted = [...new Set(ids)]
    if (wanted.length === 0) return new Map()
    const { sql, hot, decode } = this.shared.statementsOf(entity).findManyForShare(wanted.length, fields)
    const rows = await this.connection.values(sql, wanted, hot)
    return new Map(rows.map((values) => decode(values) as [string, Pick<RowOf<C>, F>]))
  }

  /**
   * All rows that match, in order of id, a thousand at a time, locked until the unit ends. A row that comes to match while this
   * goes on may be missing: who must not miss it holds what it would refer to.
   */
  async *pagesForUpdate<C extends Fields>(
    entity: Entity<C>,
    where: Expression<SqlBool>,
  ): AsyncGenerator<readonly RowOf<C>[]> {
    const found = await this.query((query: Selects<AnyTables>) =>
      query.selectFrom(entity.name).select('id').where(where).orderBy('id'),
    )
    const ids = found.map(({ id }) => String(id))
    for (let start = 0; start < ids.length; start += MOST_AT_ONCE) {
      const rows = await this.#lockRows(entity, ids.slice(start, start + MOST_AT_ONCE), where)
      if (rows.length > 0) yield rows
    }
  }

  /** Writes a new row. Throws `invalid_request` for a broken rule, `already_exists` for a taken id or unique value. */
  async insert<C extends Fields>(entity: Entity<C>, values: InsertOf<C>): Promise<RowOf<C>> {
    const row = this.#newRow(entity, values, this.now())
    await this.insertRows(entity, [row]).catch(rethrowOutOf('[0]'))
    this.#made.add(row.path)
    return row as RowOf<C>
  }

  /**
   * Writes new rows with as few statements as may be. An error names the rows it concerns, `[2].id`: all whose rules are
   * broken, or the first that the database refuses. All are made at one moment; their order is that of their ids.
   */
  async insertMany<C extends Fields>(entity: Entity<C>, values: readonly InsertOf<C>[]): Promise<readonly RowOf<C>[]> {
    const now = this.now()
    const rows = collectErrors(values, (value) => this.#newRow(entity, value, now))
    await this.insertRows(entity, rows)
    for (const { path } of rows) this.#made.add(path)
    return rows as unknown as readonly RowOf<C>[]
  }

  /** Writes new rows, all or none; what it throws names the row, `[2].id`. */
  protected async insertRows(entity: Entity, rows: readonly RowOf<Fields>[]): Promise<void> {
    const { insert, insertMany } = this.shared.statementsOf(entity)
    if (this.postpone) await this.postpone(insertMany && rows.length > 1 ? insertMany(rows) : rows.map(insert))
    // Of one row it is clear which one was refused.
    else if (!insertMany || rows.length < 2) await this.#insertOneByOne(entity, rows)
    else if (this.isOptimistic) await this.runInserts(insertMany(rows)).catch(rethrowRefused)
    else await this.#insertCarefully(insertMany(rows), () => this.#insertOneByOne(entity, rows))
  }

  /** Writes changes into a row as it was read. Throws `etag_mismatch` when somebody else wrote it since. */
  async update<C extends Fields>(entity: Entity<C>, row: RowOf<C>, changes: ChangesOf<C>): Promise<RowOf<C>> {
    const { update, updateRequired, updateValues } = this.shared.statementsOf(entity)
    const next = changedRow(entity, row as RowOf<Fields>, changes, this.now())
    const parameters = [...updateValues(next), row.id, row[VERSION]]
    // One that is held can wait; one that is not is held from now on.
    const postpone = this.#held.has(row.path) ? this.postpone : undefined
    if (postpone) await postpone([{ sql: updateRequired, parameters, hot: true }])
    else if ((await this.#write(entity, next, update, parameters)) === 0) throw rowChanged(row.path)
    this.#held.add(row.path)
    return next as RowOf<C>
  }

  /**
   * Writes the same changes into every row that matches and resolves to how many these are. Only the database checks them:
   * rules that concern a whole row are up to the caller. Throws where a derived column would have to follow.
   */
  async updateAll<C extends Fields>(
    entity: Entity<C>,
    where: Expression<SqlBool>,
    changes: ChangesOf<C>,
  ): Promise<number> {
    const following = Object.entries(entity.derived).find(([, { of }]) => of.some((name) => name in changes))
    if (following) throw new Error(`${following[0]} follows from what changes: update the rows one by one.`)
    const changed = Object.entries({ ...changes, update_time: this.now() }).map(([name, value]) => {
      const field = entity.columns[name]
      return [name, field ? this.encode(factsOf(field).kind, value) : value]
    })
    return this.execute((query: Kysely<AnyTables>) =>
      query
        .updateTable(entity.name)
        .set({ ...Object.fromEntries(changed), version: sql`version + 1` })
        .where(where),
    )
  }

  /**
   * Deletes a row as it was read. With rows that point at it: `has_dependents`, or with `force` they go first, and theirs.
   * Throws `etag_mismatch` when somebody else wrote it since.
   */
  delete(entity: Entity, row: RowOf<unknown>, { force = false } = {}): Promise<void> {
    const { shared, connection } = this
    return deleteRow({ db: this, shared, connection, onDeleted: (path) => this.#held.add(path) }, entity, row, force)
  }

  /**
   * Runs a SELECT of one's own and holds its rows until the unit ends, waiting for who writes them: nobody deletes them
   * meanwhile, and anybody may refer to them. A row that was gone after the wait is not answered.
   */
  hold<T, O>(build: (query: Selects<T>) => Query<O>): Promise<readonly O[]> {
    return this.select(build, HOLDING[this.engine])
  }

  /**
   * Holds keys until the unit ends, waiting for units that hold one of them: for what no row stands for yet, such as a name
   * that two requests are about to make. Different keys may rarely wait for each other.
   */
  lockKeys(keys: readonly string[]): Promise<void> {
    return lockKeys(this.shared.engine, this.connection, keys)
  }

  /**
   * Has `action` run last in this unit, after everything else was written: the place of what must be ordered by commit. Throws
   * when the unit is over, for then it would never run.
   */
  beforeCommit(action: () => Promise<void>): void {
    if (this.#isFinished) throw new Error('This unit of work is over; nothing can be added to it.')
    this.#closing.push(action)
  }

  /** Has `action` run when the unit was committed; it must not throw. */
  afterCommit(action: () => void): void {
    this.#committed.push(action)
  }

  /** Whether this unit wrote the row at this path, or locked it: then nobody else writes it until the unit ends. */
  holds(path: string): boolean {
    return this.#held.has(path) || this.#made.has(path)
  }

  /** Whether this unit made the row at this path. */
  made(path: string): boolean {
    return this.#made.has(path)
  }

  /** Runs what waits for the end of the unit; called once, by the database. */
  async finish(): Promise<void> {
    for (const action of this.#closing) await action()
    this.#isFinished = true
  }

  /** Runs what waits for the commit; called once, by the database. */
  tellCommitted(): void {
    for (const action of this.#committed) action()
  }

  /** The moment by the clock of the service, as rows of this unit get it. */
  now(): string {
    return toTimestamp(this.shared.clock.now())
  }

  /** The rows with these ids, locked in order; with a condition those that meet it once they are locked. */
  async #lockRows<C extends Fields>(
    entity: Entity<C>,
    ids: readonly string[],
    where?: Expression<SqlBool>,
  ): Promise<readonly RowOf<C>[]> {
    if (ids.length === 0) return []
    const all = this.rowsOf(entity, ids).orderBy('id')
    const rows = where ? all.where(where) : all
    const { sql, parameters } = (this.engine === 'sqlite' ? rows : rows.forUpdate()).compile()
    const locked = this.decodeRows(entity, await this.connection.values(sql, parameters))
    for (const { path } of locked) this.#held.add(path)
    return locked
  }

  #newRow(entity: Entity, values: { readonly id?: string | undefined }, now: string): RowOf<Fields> {
    return newRow(entity, values, { id: values.id ?? this.shared.newId(), now, version: firstVersion() })
  }

  async #write(entity: Entity, row: RowOf<unknown>, statement: string, values: readonly unknown[]): Promise<number> {
    try {
      return (await this.connection.run(statement, values, true)).affected
    } catch (error) {
      throw await refusalOf(this, entity, row, error)
    }
  }

  async #insertOneByOne(entity: Entity, rows: readonly RowOf<Fields>[]): Promise<void> {
    const { insert } = this.shared.statementsOf(entity)
    for (const [index, row] of rows.entries()) {
      const { sql, parameters } = insert(row)
      await this.#write(entity, row, sql, parameters).catch(rethrowWithin(`[${index}]`))
    }
  }

  /** A statement with many rows does not say which one was refused, so they are then tried again one by one. */
  async #insertCarefully(statements: readonly Statement[], oneByOne: () => Promise<void>): Promise<void> {
    await this.connection.run('SAVEPOINT chunks')
    try {
      await this.runInserts(statements)
    } catch (error) {
      if (!isRowFault(error)) throw error
      await this.connection.run('ROLLBACK TO SAVEPOINT chunks')
      await oneByOne()
    }
    await this.connection.run('RELEASE SAVEPOINT chunks')
  }
}

/** The weakest locks that keep a row from being deleted: what a foreign key takes itself. On SQLite nobody else writes. */
const HOLDING: Readonly<Record<EngineName, string>> = {
  sqlite: '',
  postgres: ' for key share',
  mysql: ' lock in share mode',
}

const MOST_AT_ONCE = 1_000

const rethrowRefused = (error: unknown): never => {
  throw isRowFault(error) ? new RowsRefused('Rows were refused.', { cause: error }) : error
}
