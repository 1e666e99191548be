import { toTimestamp } from '@mainspring/core'
import type { ChartData } from '../entities/factory.ts'

/** So many samples below goal, one after the other and up to the latest, are a shortfall. */
const SHORTEST = 5

/** What samples say together; undefined if there are none. */
export function sumUp({ sprocket_production_actual, sprocket_production_goal, time }: ChartData) {
  const [first = 0, last = first] = [time[0], time.at(-1)]
  if (time.length === 0) return undefined
  return {
    samples: time.length,
    actual_sum: sum(sprocket_production_actual),
    goal_sum: sum(sprocket_production_goal),
    first_time: toTimestamp(first * 1000),
    last_time: toTimestamp(last * 1000),
  }
}

/**
 * The samples of the shortfall that a factory came to have: all that are below goal up to the latest. None, if that is no
 * shortfall, or if it is what is left of one that was there before: then it has been told of.
 */
export function findNewShortfall(before: ChartData, after: ChartData): ChartData {
  const start = findShortfall(after)
  if (start === undefined) return NO_SAMPLES
  const told = findShortfall(before) === undefined ? undefined : before.time.at(-1)
  const goesOn = told !== undefined && told >= (after.time[start] ?? 0)
  return goesOn ? NO_SAMPLES : samplesFrom(after, start)
}

/** What a factory has to begin with. */
export const NO_SAMPLES: ChartData = { sprocket_production_actual: [], sprocket_production_goal: [], time: [] }

/** Where the shortfall of a series begins, if it ends in one. */
function findShortfall({ sprocket_production_actual, sprocket_production_goal, time }: ChartData): number | undefined {
  const isReached = (actual: number, index: number) => actual >= (sprocket_production_goal[index] ?? 0)
  const start = sprocket_production_actual.findLastIndex(isReached) + 1
  return time.length - start >= SHORTEST ? start : undefined
}

const samplesFrom = (
  { sprocket_production_actual, sprocket_production_goal, time }: ChartData,
  start: number,
): ChartData => ({
  sprocket_production_actual: sprocket_production_actual.slice(start),
  sprocket_production_goal: sprocket_production_goal.slice(start),
  time: time.slice(start),
})

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
