import { unavailable } from '@mainspring/core'
import {
  type Connection,
  DatabaseFault,
  isAway,
  lend,
  RowsRefused,
  type Statement,
  type TransactionOptions,
} from '../engine.ts'

/** A server's connection in the hands of one unit of work. */
export interface Line<C extends Connection = Connection> {
  readonly connection: C
  /** Begins a transaction on it, now or with the next statement. */
  readonly begin: () => Promise<unknown>
  /** Sends what was postponed; throws `RowsRefused` if it is refused. */
  readonly send: () => Promise<unknown>
  readonly commit: () => Promise<unknown>
  readonly rollback: () => Promise<unknown>
  /** Puts it back for the next unit; a broken one is thrown away, and the server then undoes what was begun on it. */
  readonly giveBack: (isBroken: boolean) => void
}

/**
 * How long (milliseconds) a unit may take, unless it is `alone`: while it hangs it keeps its connection and its locks. A
 * single statement has a limit of its own.
 */
const LONGEST_UNIT = 10_000

/** Runs one unit of work on a line: committed when `job` resolves, undone when it throws or takes too long. The line is given back. */
export async function runUnit<T>(
  { connection, begin, send, commit, rollback, giveBack }: Line,
  job: (connection: Connection) => Promise<T>,
  { alone = false, single = false }: TransactionOptions = {},
): Promise<T> {
  const loan = lend(connection, single ? 1 : undefined)
  let isLate = false
  const onLate = () => {
    isLate = true
    return unavailable('unit_too_slow', { detail: 'The work took too long and was undone.' })
  }
  let isBroken = false
  try {
    if (!single) await begin()
    const work = job(loan.connection)
    const value = await (alone || single ? work : within(LONGEST_UNIT, work, onLate))
    loan.end()
    if (!single) await commit()
    return value
  } catch (thrown) {
    loan.end()
    // What the job made of it counts for nothing if something was refused before.
    const error = isLate || isAway(thrown) ? thrown : await refusalOr(thrown, send)
    isBroken = isLate || isAway(error) || !(single || (await isDone(rollback())))
    throw error
  } finally {
    giveBack(isBroken)
  }
}

/** Runs statements whose answers nobody needs as one unit of work. The line is given back. */
export function runAllOn(line: Line, statements: readonly Statement[]): Promise<void> {
  const run = async ({ run }: Connection) => {
    for (const { sql, parameters, hot } of statements) await run(sql, parameters, hot)
  }
  return runUnit(line, run, { single: statements.length === 1 })
}

/** Runs statements on a line without a transaction around them. The line is given back. */
export async function runAlone<T, C extends Connection>(
  { connection, giveBack }: Line<C>,
  work: (connection: C) => Promise<T>,
): Promise<T> {
  let isBroken = false
  try {
    return await work(connection)
  } catch (error) {
    isBroken = isAway(error)
    throw error
  } finally {
    giveBack(isBroken)
  }
}

const refusalOr = (thrown: unknown, send: Line['send']): Promise<unknown> =>
  send().then(
    () => thrown,
    (error: unknown) => (error instanceof RowsRefused || isAway(error) ? error : thrown),
  )

const isDone = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

/** How long (milliseconds) a server may be silent. It ends a statement sooner by itself, so then it is frozen, or the line is dead. */
export const LONGEST_SILENCE = 5_000

/** The answer to a statement, unless the server is silent for too long: then a fault, and the line is not to be used again. */
export const answered = <T>(answer: Promise<T>): Promise<T> =>
  within(LONGEST_SILENCE, answer, () => new DatabaseFault('unavailable', new Error('The database does not answer.')))

/**
 * Settles as `work` does, or rejects with `late()` when that takes more than so many milliseconds; the work itself goes on. If this
 * process could do nothing for so long, what has come meanwhile counts.
 */
function within<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over: NodeJS.Immediate | undefined
    const timer = setTimeout(() => {
      over = setImmediate(() => reject(late()))
    }, milliseconds)
    const settled = () => {
      clearTimeout(timer)
      clearImmediate(over)
    }
    work.finally(settled).then(resolve, reject)
  })
}
