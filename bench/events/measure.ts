import type { DatabaseSource } from '../databases.ts'
import type { Load } from '../load/load.ts'
import type { Pace } from '../measure.ts'
import { holdContests } from './contest.ts'
import { drainBacklog } from './drain.ts'
import { measureEmitCost } from './emit-cost.ts'
import { measureIdle } from './idle.ts'
import { measureLatency } from './latency.ts'
import { MEMORY } from './mill.ts'
import type { EventResults } from './results.ts'

/** Where results are gathered. */
export type Gathered = { readonly [K in keyof EventResults]: EventResults[K][number][] }

/** Runs something; what fails twice is named at the end. */
export type Attempt = (title: string, work: () => Promise<void>) => Promise<void>

/** A million, which takes minutes, is measured by itself. */
export const MANY = 1_000_000
const SOME = 30_000
const FEW = 10_000
/** A contest has many who take turns, and turns that are long. */
const MOST_ROUNDS = 5

/** Measures everything about events on one engine but the largest backlog. */
export async function measureEvents(
  source: DatabaseSource,
  load: Load,
  { pace, isQuick }: { readonly pace: Pace; readonly isQuick: boolean },
  gathered: Gathered,
  attempt: Attempt,
): Promise<void> {
  const { engine } = source
  await attempt(`what emitting costs on ${engine}`, async () => {
    gathered.costs.push(await measureEmitCost(source, load, pace))
  })
  await attempt(`contests on ${engine}`, async () => {
    const held = []
    for await (const contest of holdContests(source, Math.min(pace.rounds, MOST_ROUNDS))) held.push(contest)
    gathered.contests.push(...held)
  })
  for (const kind of engine === 'sqlite' ? (['sqlite', 'memory'] as const) : [engine]) {
    await attempt(`latency on ${kind}`, async () => {
      const url = kind === 'memory' ? MEMORY : await source.createEmpty()
      gathered.latencies.push(await measureLatency(url, kind, isQuick ? 50 : 150))
    })
  }
  await attempt(`idling on ${engine}`, async () => {
    gathered.idles.push(await measureIdle(source, isQuick ? 4 : 8))
  })
  await measureBacklog(source, isQuick ? FEW : SOME, gathered, attempt)
}

/** Measures how a backlog of so many events goes. */
export const measureBacklog = (source: DatabaseSource, events: number, gathered: Gathered, attempt: Attempt) =>
  attempt(`a backlog of ${events} events on ${source.engine}`, async () => {
    gathered.backlogs.push(await drainBacklog(source, events))
  })
