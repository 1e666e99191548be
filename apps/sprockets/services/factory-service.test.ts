import { AppError } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChartData, checkSeries, MOST_SAMPLES } from '../entities/factory.ts'
import { mergeSeries } from './factory-service.ts'

const empty = series([])

test('merged samples are in time order and keep their counts', () => {
  const known = series([10, 30])
  const added = series([20, 40])

  expect(mergeSeries(known, added)).toEqual(series([10, 20, 30, 40]))
})

test('merging loses no sample, and gives a series, whichever comes first', () => {
  const moments = fc.uniqueArray(fc.nat(), { maxLength: 50 })

  fc.assert(
    fc.property(moments, fc.nat(50), (times, cut) => {
      const known = series(times.slice(0, cut).sort(byValue))
      const added = series(times.slice(cut).sort(byValue))

      const merged = mergeSeries(known, added)

      expect(merged).toEqual(series(times.sort(byValue)))
      expect(merged).toEqual(mergeSeries(added, known))
      expect(checkSeries(merged)).toEqual([])
    }),
  )
})

test('nothing merged with a series is that series', () => {
  expect(mergeSeries(series([1, 2]), empty)).toEqual(series([1, 2]))
  expect(mergeSeries(empty, series([1, 2]))).toEqual(series([1, 2]))
})

test('a moment that both have is refused, and named by its place in what is added', () => {
  const error = errorOf(() => mergeSeries(series([10, 20]), series([15, 20])))

  expect(error).toMatchObject({
    kind: 'conflict',
    code: 'time_taken',
    errors: [{ field: 'time[1]', code: 'time_taken' }],
  })
})

test('a factory takes as many samples as it may have, and not one more', () => {
  const nearlyFull = series(Array.from({ length: MOST_SAMPLES - 1 }, (_, index) => index))

  const full = mergeSeries(nearlyFull, series([MOST_SAMPLES]))

  expect(full.time).toHaveLength(MOST_SAMPLES)
  expect(errorOf(() => mergeSeries(full, series([MOST_SAMPLES + 1])))).toMatchObject({
    kind: 'invalid',
    code: 'too_many_samples',
    members: { most: MOST_SAMPLES },
  })
})

/** Counts that tell by their value at which time they were made. */
function series(time: readonly number[]): ChartData {
  return {
    sprocket_production_actual: time.map((moment) => moment + 1),
    sprocket_production_goal: time.map((moment) => moment + 2),
    time: [...time],
  }
}

const byValue = (a: number, b: number) => a - b

function errorOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error instanceof AppError ? error : undefined
  }
  return undefined
}
