import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError, unavailable } from '@mainspring/core'
import { isAway, type Statement } from '../engine.ts'
import { joined } from './joined.ts'

/** Has units of work that are ready to commit, and have asked nothing, share a transaction: all of them is statements to be sent. */
export interface Convoy {
  /** Resolves when a unit is committed. Throws what its own commit throws, that the database is away, or `database_busy`. */
  readonly commit: (unit: readonly Statement[]) => Promise<void>
}

/** Shared transactions under way: one that the server works on, one that is being put together. */
const MOST_UNDERWAY = 2

/** Units in one: with more the first would wait longer, and none be done sooner. */
const MOST_TOGETHER = 64

/** Milliseconds after which a unit that still waits is refused, instead of being sent. */
const LONGEST_WAIT = 10_000

/** Milliseconds that a shared transaction waits for a lock: one unit that has to wait must not hold up the others. */
const PATIENCE = 50

/** Milliseconds in which each unit commits by itself after a shared transaction has failed: more may be as those in it were. */
const APART = 500

/**
 * Characters of what a unit says, from which on it commits by itself: the server works on its rows for longer than on a
 * commit, and on those of several units at once only if they are not in one transaction.
 */
const HEAVY = 16_384

const BE_IMPATIENT: Statement = {
  sql: `SELECT set_config('lock_timeout', '${PATIENCE}ms', true)`,
  parameters: [],
  hot: true,
}

/**
 * Group commit for a server: what is ready when a shared transaction ends goes together in the next one, as one message with
 * one durable commit. If that is refused, nothing of it has happened, and each unit commits by itself, as do others for a
 * while. A unit that nobody waits beside goes at once, and so does one with many rows. `send` runs statements as one transaction;
 * who waits here needs no connection.
 */
export function createConvoy(send: (statements: readonly Statement[]) => Promise<unknown>): Convoy {
  const waiting: Waiting[] = []
  let underway = 0
  let apartUntil = 0
  /** What the last shared transaction met if the database was away. */
  let away: unknown

  async function drain(): Promise<void> {
    underway += 1
    // Who was answered by one transaction has its next unit ready for the one after it.
    for (await nextTurn(); waiting.length > 0; await nextTurn()) await commitAll(next())
    underway -= 1
  }

  function next(): readonly Waiting[] {
    const patienceEnds = performance.now() - LONGEST_WAIT
    while (waiting[0] && waiting[0].since < patienceEnds) waiting.shift()?.reject(unavailable('database_busy'))
    return waiting.splice(0, MOST_TOGETHER)
  }

  async function commitAll(units: readonly Waiting[]): Promise<void> {
    if (units.length > 1) {
      if (await commitTogether(units)) return
      apartUntil = performance.now() + APART
    }
    await soon(Promise.all(units.map(({ statements, resolve, reject }) => send(statements).then(resolve, reject))))
  }

  /** False if it is refused, and then nothing has happened. */
  async function commitTogether(units: readonly Waiting[]): Promise<boolean> {
    try {
      await send([BE_IMPATIENT, ...joined(units.map(({ statements }) => statements))])
      away = undefined
    } catch (error) {
      if (!isAway(error) && !isBusy(error)) return false
      // What may have been committed is not tried again.
      for (const { reject } of units) reject(error)
      tellAway(error)
      return true
    }
    for (const { resolve } of units) resolve()
    return true
  }

  /** One may have lost its line; when the next finds the database away as well, all who wait are told so at once. */
  function tellAway(error: unknown): void {
    if (isAway(error) && away !== undefined && away !== error) for (const { reject } of waiting.splice(0)) reject(error)
    away = isAway(error) ? error : undefined
  }

  return {
    async commit(statements) {
      if (isHeavy(statements) || performance.now() < apartUntil) {
        await send(statements)
        return
      }
      await new Promise<void>((resolve, reject) => {
        waiting.push({ statements, since: performance.now(), resolve, reject })
        if (underway < MOST_UNDERWAY) void drain()
      })
    },
  }
}

/** Nobody has got a connection for long: nothing was sent. */
const isBusy = (error: unknown): boolean => error instanceof AppError && error.code === 'database_busy'

interface Waiting {
  readonly statements: readonly Statement[]
  readonly since: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

function isHeavy(statements: readonly Statement[]): boolean {
  let size = 0
  for (const { parameters } of statements)
    for (const value of parameters) if (typeof value === 'string') size += value.length
  return size >= HEAVY
}

/** Resolves when the work is done, or waits for so long that others had better not. */
const soon = (work: Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE)
    void work.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
