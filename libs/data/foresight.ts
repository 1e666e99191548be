import type { Fields } from '@mainspring/core'
import type { Connection, Statement } from './engine.ts'
import type { Entity, RowOf } from './entity.ts'
import type { Shared } from './reader.ts'
import { Writer } from './writer.ts'

/** What a job does that asks the database nothing and only inserts. */
export interface Sketched<T> {
  /** What the job answers. */
  readonly value: T
  readonly statements: readonly Statement[]
  /** To be called when they are committed. */
  readonly tellCommitted: () => void
}

/** Runs a job without a database: see `Database.foresee`. */
export async function sketch<T>(shared: Shared, job: (db: Writer) => Promise<T>): Promise<Sketched<T> | undefined> {
  const line = createDeadLine()
  const db = new Sketch(shared, line.connection)
  try {
    const value = await job(db)
    await db.finish()
    if (line.wasAsked()) return undefined
    return { value, statements: db.end(), tellCommitted: () => db.tellCommitted() }
  } catch {
    return undefined
  }
}

/** Takes down what is inserted. */
class Sketch extends Writer {
  readonly #statements: Statement[] = []

  protected override async insertRows(entity: Entity, rows: readonly RowOf<Fields>[]): Promise<void> {
    const { insert, insertMany } = this.shared.statementsOf(entity)
    await this.runInserts(insertMany && rows.length > 1 ? insertMany(rows) : rows.map(insert))
  }

  protected override async runInserts(statements: readonly Statement[]): Promise<void> {
    this.#statements.push(...statements)
  }

  /** What outlives the job is not written, and must not seem to be. */
  end(): readonly Statement[] {
    return Object.freeze(this.#statements)
  }
}

/** One for all: to make one that says where it was made takes longer than the rest of a job that asks at once. */
const NOTHING_TO_ASK = new Error('Nothing can be asked here: the job is only being foreseen.')

/** A connection that answers nothing, and remembers that it was asked, for a job may make light of that. */
function createDeadLine() {
  let asked = false
  const refuse = () => {
    asked = true
    return Promise.reject(NOTHING_TO_ASK)
  }
  const connection: Connection = { run: refuse, values: refuse }
  return { connection, wasAsked: () => asked }
}
