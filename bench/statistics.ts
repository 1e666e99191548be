import type { Measurement, Sample, Series } from './measure.ts'
import type { ServerKind } from './servers.ts'

/** A median and how far the values go. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median = ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

/** The spread of one figure over the rounds. */
export const figure = ({ samples }: Series, read: (sample: Sample) => number): Spread =>
  spreadOf(samples.filter((sample) => sample !== undefined).map(read))

export const seriesOf = ({ series }: Measurement, kind: ServerKind): Series | undefined =>
  series.find((each) => each.kind === kind)

/** How fast ours is against another: more than 1 is faster. Compared round by round, then the median is taken. */
export interface Speed {
  /** Requests per second. */
  readonly rate: Spread
  /** Requests per second of CPU. */
  readonly cpu: Spread
}

export function speedAgainst(measurement: Measurement, kind: ServerKind): Speed | undefined {
  const ours = seriesOf(measurement, 'ours')
  const other = seriesOf(measurement, kind)
  if (!ours || !other) return undefined
  const compare = (ratio: (mine: Sample, theirs: Sample) => number) =>
    spreadOf(
      ours.samples.flatMap((mine, round) => {
        const theirs = other.samples[round]
        return mine && theirs ? [ratio(mine, theirs)] : []
      }),
    )
  return {
    rate: compare((mine, theirs) => mine.rate / theirs.rate),
    cpu: compare((mine, theirs) => theirs.cpu / mine.cpu),
  }
}
