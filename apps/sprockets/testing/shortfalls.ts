import type { ChartData } from '../entities/factory.ts'

/** One sample: when, and whether it is below goal. */
export interface Sample {
  readonly time: number
  readonly isBelow: boolean
}

/** What a factory reports of some samples: one sprocket less than its goal, or as many. */
export function seriesOf(samples: readonly Sample[]): ChartData {
  const sorted = samples.toSorted((a, b) => a.time - b.time)
  return {
    sprocket_production_actual: sorted.map(({ isBelow }) => (isBelow ? 29 : 30)),
    sprocket_production_goal: sorted.map(() => 30),
    time: sorted.map(({ time }) => time),
  }
}

/**
 * When each shortfall begins and ends that reports in this order bring about, found by going back from the latest sample and
 * remembering which samples were told of.
 */
export function expectShortfalls(reports: readonly (readonly Sample[])[]): readonly (readonly [number, number])[] {
  const all = new Map<number, boolean>()
  const found: [number, number][] = []
  let standing = new Set<number>()
  for (const report of reports) {
    for (const { time, isBelow } of report) all.set(time, isBelow)
    const run = new Set<number>()
    for (const time of [...all.keys()].sort((a, b) => b - a)) {
      if (!all.get(time)) break
      run.add(time)
    }
    if (run.size < 5) run.clear()
    else if (run.isDisjointFrom(standing)) found.push([Math.min(...run), Math.max(...run)])
    standing = run
  }
  return found
}
