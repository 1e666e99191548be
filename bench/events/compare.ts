import { type Spread, spreadOf } from '../statistics.ts'
import type { Turn } from './results.ts'

/** How fast one is against another, round by round: 1 is as fast, more is faster. */
export interface Comparison {
  readonly time: Spread
  /** By the CPU of the process alone. */
  readonly own: Spread
  /** By that of the process and of the database server. */
  readonly all: Spread
}

export function compare(mine: readonly Turn[], theirs: readonly Turn[]): Comparison {
  const ratios = (ratio: (a: Turn, b: Turn) => number): Spread =>
    spreadOf(
      mine.flatMap((turn, round) => {
        const other = theirs[round]
        return other ? [ratio(turn, other)] : []
      }),
    )
  return {
    time: ratios((a, b) => a.rate / b.rate),
    own: ratios((a, b) => b.own / a.own),
    all: ratios((a, b) => (b.own + b.server) / (a.own + a.server)),
  }
}
