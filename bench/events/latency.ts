import { setTimeout as sleep } from 'node:timers/promises'
import { memorySource } from '@mainspring/events'
import { openPart, orders, type Part, Piece, PieceOrdered } from './mill.ts'
import type { Latency } from './results.ts'

/** Between two events all comes to rest. */
const REST_MS = 20

/**
 * A shop emits an event, a mill in the same process makes a piece of it: how long that takes from the commit of the one to
 * the commit of the other while nothing else goes on, and how long a commit of one row takes between two of these.
 */
export async function measureLatency(url: string, engine: Latency['engine'], times: number): Promise<Latency> {
  let onMade = () => {}
  const shop = await openPart(url, 'shop', { events: [PieceOrdered] })
  const mill = await openPart(url, 'mill', { listeners: [orders(10, () => onMade())] })
  await mill.events.subscribe([memorySource(shop.events.outbox)])
  shop.events.start()
  mill.events.start()
  const commits: number[] = []
  const effects: number[] = []
  try {
    // The first are for the compiler.
    for (let time = -20; time < times; time++) {
      await sleep(REST_MS)
      const commit = await timed(() => mill.database.write((db) => db.insert(Piece, { number: time })))
      await sleep(REST_MS)
      const made = new Promise<void>((resolve) => {
        onMade = resolve
      })
      await order(shop, time)
      const effect = await timed(() => made)
      if (time < 0) continue
      commits.push(commit)
      effects.push(effect)
    }
  } finally {
    await Promise.all([shop.events.stop(), mill.events.stop()])
    await Promise.all([shop.database.close(), mill.database.close()])
  }
  return { engine, commit: percentiles(commits), effect: percentiles(effects) }
}

const order = ({ database, events }: Part, number: number): Promise<void> =>
  database.write(async (db) => {
    const { id } = await db.insert(Piece, { number })
    await events.publishing(db, {}).emit(PieceOrdered, { piece_id: id, number })
  })

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function percentiles(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
