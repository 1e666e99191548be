import type { Database } from '@mainspring/data'
import type { Publisher } from '../publisher.ts'

/** The steps of a process at which it may be interrupted. */
export const POINTS = ['before a transaction', 'after a transaction', 'before publishing', 'after publishing'] as const

/** One of them. */
export type Point = (typeof POINTS)[number]

/** What happens at each step; it may throw, or take its time. */
export type AtPoint = (point: Point) => Promise<void>

/** A process that is killed at a step, or after so many of them: nothing that it tries from then on succeeds. */
export function killedAt(fatal: Point, steps: number): { readonly at: AtPoint; readonly isDead: () => boolean } {
  let left = steps
  return {
    isDead: () => left <= 0,
    async at(point) {
      if (left > 0 && point === fatal) left -= 1
      if (left <= 0) throw new Error(`killed ${fatal}`)
    },
  }
}

/** A process that stops at a step, and goes on when it is thawed. */
export function frozenAt(fatal: Point, steps: number) {
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>()
  let left = steps
  const at: AtPoint = async (point) => {
    if (point === fatal) left -= 1
    if (left <= 0) await thawed
  }
  return { at, isFrozen: () => left <= 0, thaw }
}

/** A process whose database fails now and then, before or after it has done what it was asked. */
export const failingAt =
  (fatal: Point): AtPoint =>
  async (point) => {
    if (point === fatal && Math.random() < 0.4) throw new Error(`failed ${point}`)
  }

/** A publisher of a process that may be interrupted. */
export const interruptPublisher = (publisher: Publisher, at: AtPoint): Publisher => ({
  ...publisher,
  async publish(records) {
    await at('before publishing')
    const errors = await publisher.publish(records)
    await at('after publishing')
    return errors
  },
})

/** The database of a process that may be interrupted. */
export const interruptDatabase = (database: Database, at: AtPoint): Database => ({
  ...database,
  async write(job, options) {
    await at('before a transaction')
    const result = await database.write(job, options)
    await at('after a transaction')
    return result
  },
})
