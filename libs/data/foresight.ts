import type { Fields } from '@mainspring/core'
import type { Connection } from './engine.ts'
import type { Entity, RowOf } from './entity.ts'
import type { InsertStatement } from './inserts.ts'
import type { Shared } from './reader.ts'
import { Writer } from './writer.ts'

/** What a job would do that asks the database nothing and only inserts. */
export interface Foreseen<T> {
  /** What the job answers. */
  readonly value: T
  /** Whether `write` is one statement. */
  readonly isSingle: boolean
  /**
   * Writes the rows in a unit of work. If the database refuses one, the unit runs again and is not optimistic any more: then
   * the job itself must run, for it may have something to say of that.
   */
  readonly write: (db: Writer) => Promise<void>
}

/** Runs a job without a database: see `Database.foresee`. */
export async function foresee<T>(shared: Shared, job: (db: Writer) => Promise<T>): Promise<Foreseen<T> | undefined> {
  const line = createDeadLine()
  const sketch = new Sketch(shared, line.connection)
  try {
    const value = await job(sketch)
    await sketch.finish()
    if (line.wasAsked()) return undefined
    const statements = sketch.end()
    const write = (db: Writer) => {
      db.afterCommit(() => sketch.tellCommitted())
      return db.insertForeseen(statements)
    }
    return { value, isSingle: statements.length === 1, write }
  } catch {
    return undefined
  }
}

/** Takes down what is inserted. */
class Sketch extends Writer {
  readonly #statements: InsertStatement[] = []

  protected override async insertRows(entity: Entity, rows: readonly RowOf<Fields>[]): Promise<void> {
    const { insert, insertMany } = this.shared.statementsOf(entity)
    await this.runInserts(insertMany && rows.length > 1 ? insertMany(rows) : rows.map(insert))
  }

  protected override async runInserts(statements: readonly InsertStatement[]): Promise<void> {
    this.#statements.push(...statements)
  }

  /** What outlives the job is not written, and must not seem to be. */
  end(): readonly InsertStatement[] {
    return Object.freeze(this.#statements)
  }
}

/** A connection that answers nothing, and remembers that it was asked, for a job may make light of that. */
function createDeadLine() {
  let asked = false
  const refuse = () => {
    asked = true
    return Promise.reject(new Error('Nothing can be asked here: the job is only being foreseen.'))
  }
  const connection: Connection = { run: refuse, values: refuse }
  return { connection, wasAsked: () => asked }
}
