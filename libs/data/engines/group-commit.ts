import { setImmediate as nextTurn } from 'node:timers/promises'
import { unavailable } from '@mainspring/core'
import { type Connection, DatabaseFault, lend, type TransactionOptions } from '../engine.ts'

/** What begins, ends and divides transactions on SQLite's one writer; `exec` runs one statement. */
export interface Transactions {
  readonly exec: (sql: string) => void
  readonly isTransaction: boolean
}

/** Runs units of work on SQLite's one writer. */
export interface GroupCommit {
  readonly transaction: <T>(job: (connection: Connection) => Promise<T>, options?: TransactionOptions) => Promise<T>
  /** Runs a job by itself, outside of any transaction. */
  readonly session: <T>(job: (connection: Connection) => Promise<T>) => Promise<T>
  /** Resolves when no unit is half done. */
  readonly idle: () => Promise<void>
  /** Refuses new jobs and resolves when those that wait are done. */
  readonly close: () => Promise<void>
}

/** Units that share one durable commit. More would not commit faster, and the first would wait longer. */
const MOST_IN_GROUP = 64

/** Milliseconds that units may take. */
export interface GroupLimits {
  /** A unit that awaits anything but the database holds up everybody; after this long it is rolled back. */
  readonly unit: number
  /** A unit that has waited this long for the writer is refused, so that callers are not kept behind a long import. */
  readonly wait: number
}

const defaultLimits: GroupLimits = { unit: 5_000, wait: 10_000 }

interface Job {
  readonly run: (connection: Connection) => Promise<unknown>
  readonly mode: 'grouped' | 'alone' | 'session'
  readonly since: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Answer = () => void

/**
 * Group commit for SQLite: the units that wait are run one after another, each in a savepoint, in one transaction, and
 * are answered after its COMMIT (fsync is what a commit costs; grouped, it is paid once). A unit that throws is rolled
 * back to its savepoint alone; a COMMIT that fails fails them all.
 */
export function createGroupCommit(
  database: Transactions,
  connection: Connection,
  limits: GroupLimits = defaultLimits,
): GroupCommit {
  const queue: Job[] = []
  let running: Promise<void> | undefined
  let closed = false

  function submit<T>(run: Job['run'] & ((connection: Connection) => Promise<T>), mode: Job['mode']): Promise<T> {
    if (closed) return Promise.reject(unavailable('database_closed'))
    return new Promise<T>((resolve, reject) => {
      queue.push({ run, mode, since: performance.now(), resolve: resolve as Job['resolve'], reject })
      running ??= drain().finally(() => {
        running = undefined
      })
    })
  }

  async function drain(): Promise<void> {
    const impatience = setInterval(refuseThoseWhoWaitedTooLong, limits.wait / 40)
    try {
      // A turn of the event loop between groups lets requests in, which then share the next commit.
      for (await nextTurn(); queue.length > 0; await nextTurn()) await runNext(queue)
    } finally {
      clearInterval(impatience)
    }
  }

  function refuseThoseWhoWaitedTooLong(): void {
    const patienceEnds = performance.now() - limits.wait
    while (queue[0] && queue[0].since < patienceEnds) queue.shift()?.reject(unavailable('database_busy'))
  }

  async function runNext(queue: Job[]): Promise<void> {
    const alone = queue[0]?.mode !== 'grouped'
    const end = alone ? 1 : queue.findIndex((job, index) => job.mode !== 'grouped' || index === MOST_IN_GROUP)
    const jobs = queue.splice(0, end === -1 ? queue.length : end)
    const [first] = jobs
    if (first?.mode === 'session') return runSession(connection, first)
    const later = await runGroup(database, connection, jobs, limits)
    queue.unshift(...later)
  }

  return {
    transaction: (job, options) => submit(job, options?.alone ? 'alone' : 'grouped'),
    session: (job) => submit(job, 'session'),
    async idle() {
      while (running && database.isTransaction) await running
    },
    async close() {
      closed = true
      await running
    },
  }
}

async function runSession(connection: Connection, job: Job): Promise<void> {
  const loan = lend(connection)
  try {
    job.resolve(await job.run(loan.connection))
  } catch (error) {
    job.reject(error)
  } finally {
    loan.end()
  }
}

/** Runs the jobs in one transaction; returns those that did not get their turn because the transaction was lost. */
async function runGroup(
  database: Transactions,
  connection: Connection,
  jobs: readonly Job[],
  limits: GroupLimits,
): Promise<readonly Job[]> {
  const answers: Answer[] = []
  const deadline = createDeadline(limits.unit)
  let done = 0
  try {
    database.exec('BEGIN IMMEDIATE')
    for (const job of jobs) {
      done += 1
      answers.push(await runInSavepoint(database, connection, job, job.mode === 'alone' ? undefined : deadline))
    }
    database.exec('COMMIT')
    for (const answer of answers) answer()
    return []
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    const failed = done === 0 ? jobs : jobs.slice(0, done)
    for (const job of failed) job.reject(new DatabaseFault('unavailable', error))
    return jobs.slice(failed.length)
  } finally {
    deadline.clear()
  }
}

async function runInSavepoint(
  database: Transactions,
  connection: Connection,
  job: Job,
  deadline: Deadline | undefined,
): Promise<Answer> {
  const loan = lend(connection)
  database.exec('SAVEPOINT unit')
  try {
    const work = job.run(loan.connection)
    const value = await (deadline ? deadline.race(work) : work)
    database.exec('RELEASE unit')
    return () => job.resolve(value)
  } catch (error) {
    // A full disk or a failed read ends the whole transaction by itself, and with it everybody's savepoint.
    if (!database.isTransaction) throw error
    database.exec('ROLLBACK TO unit')
    database.exec('RELEASE unit')
    return () => job.reject(error)
  } finally {
    loan.end()
  }
}

interface Deadline {
  readonly race: <T>(work: Promise<T>) => Promise<T>
  readonly clear: () => void
}

/** One timer for a whole group, started anew by each unit: a timer per unit would cost as much as its insert. */
function createDeadline(milliseconds: number): Deadline {
  let expire: (error: unknown) => void = () => {}
  const timer = setTimeout(
    () => expire(unavailable('unit_too_slow', { detail: 'The work took too long and was undone.' })),
    milliseconds,
  )
  return {
    race<T>(work: Promise<T>) {
      timer.refresh()
      return new Promise<T>((resolve, reject) => {
        expire = reject
        work.then(resolve, reject)
      })
    },
    clear: () => clearTimeout(timer),
  }
}
