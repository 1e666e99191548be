import type { DatabaseSync } from 'node:sqlite'

/** Runs writes durably. What a job writes before it throws is undone. */
export interface Writer {
  /** For a job of one statement, which is a transaction by itself. */
  readonly write: <T>(job: () => T) => T | Promise<T>
  readonly transaction: <T>(job: () => T) => T | Promise<T>
}

/**
 * The simplest thing: since the driver is synchronous, a transaction per request, done before anybody else gets a turn.
 * `grouped` is what one would write when commits turn out to be dear: those that came in one turn share one.
 */
export function createWriter(database: DatabaseSync, grouped: boolean): Writer {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')
  if (!grouped) return { write: (job) => job(), transaction: singly }
  const savepoint = database.prepare('SAVEPOINT job')
  const release = database.prepare('RELEASE job')
  const undo = database.prepare('ROLLBACK TO job')
  let waiting: Job[] = []
  return { write: together, transaction: together }

  function singly<T>(job: () => T): T {
    begin.run()
    try {
      const value = job()
      commit.run()
      return value
    } catch (error) {
      if (database.isTransaction) rollback.run()
      throw error
    }
  }

  function together<T>(job: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(runAll)
      waiting.push({ run: () => inSavepoint(job, resolve, reject), reject })
    })
  }

  function inSavepoint<T>(job: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
    savepoint.run()
    try {
      const value = job()
      release.run()
      return () => resolve(value)
    } catch (error) {
      undo.run()
      release.run()
      return () => reject(error)
    }
  }

  function runAll(): void {
    const jobs = waiting
    waiting = []
    try {
      const answers = singly(() => jobs.map(({ run }) => run()))
      for (const answer of answers) answer()
    } catch (error) {
      for (const { reject } of jobs) reject(error)
    }
  }
}

interface Job {
  /** Runs it, and gives what answers it once all is committed. */
  readonly run: () => () => void
  readonly reject: (error: unknown) => void
}
