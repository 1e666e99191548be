import { setImmediate as nextTurn } from 'node:timers/promises'
import { isAway, type Statement } from '../engine.ts'

/** A unit of work that is ready to commit and has asked nothing: all of it is statements whose answers nobody needs. */
export interface Ready {
  readonly statements: readonly Statement[]
  /** Sends statements on the unit's own line, as one transaction. */
  readonly send: (statements: readonly Statement[]) => Promise<void>
  /** Commits the unit by itself. */
  readonly alone: () => Promise<void>
}

/** Has units that are ready at the same time share a transaction. */
export interface Convoy {
  /** Resolves when the unit is committed. Throws what its own commit throws, or that the database is away. */
  readonly commit: (unit: Ready) => Promise<void>
}

/** Shared transactions under way: one that the server works on, one that is being put together. */
const MOST_UNDERWAY = 2

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
 * while. A unit that nobody waits beside goes at once, and so does one with many rows.
 */
export function createConvoy(): Convoy {
  const waiting: Waiting[] = []
  let underway = 0
  let apartUntil = 0

  async function drain(): Promise<void> {
    underway += 1
    // Who was answered by one transaction has its next unit ready for the one after it.
    for (await nextTurn(); waiting.length > 0; await nextTurn()) await commitAll(waiting.splice(0))
    underway -= 1
  }

  async function commitAll(units: readonly Waiting[]): Promise<void> {
    if (units.length > 1) {
      if (await commitTogether(units)) return
      apartUntil = performance.now() + APART
    }
    await soon(Promise.all(units.map(({ unit, resolve, reject }) => unit.alone().then(resolve, reject))))
  }

  return {
    commit: (unit) => {
      if (isHeavy(unit) || performance.now() < apartUntil) return unit.alone()
      return new Promise<void>((resolve, reject) => {
        waiting.push({ unit, resolve, reject })
        if (underway < MOST_UNDERWAY) void drain()
      })
    },
  }
}

function isHeavy({ statements }: Ready): boolean {
  let size = 0
  for (const { parameters } of statements)
    for (const value of parameters) if (typeof value === 'string') size += value.length
  return size >= HEAVY
}

interface Waiting {
  readonly unit: Ready
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** False if the database refuses it, and then nothing has happened. */
async function commitTogether(units: readonly Waiting[]): Promise<boolean> {
  try {
    await units[0]?.unit.send([BE_IMPATIENT, ...units.flatMap(({ unit }) => unit.statements)])
  } catch (error) {
    if (!isAway(error)) return false
    // What may have been committed is not tried again.
    for (const { reject } of units) reject(error)
    return true
  }
  for (const { resolve } of units) resolve()
  return true
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
