import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChartData } from '../entities/factory.ts'
import { expectShortfalls, seriesOf } from '../testing/shortfalls.ts'
import { mergeSeries } from './factory-service.ts'
import { findNewShortfall, NO_SAMPLES, sumUp } from './shortfall.ts'

test('samples say how many they are, from when to when, and their sums', () => {
  expect(
    sumUp({
      sprocket_production_actual: [32, 29],
      sprocket_production_goal: [32, 30],
      time: [1_767_225_600, 1_767_225_660],
    }),
  ).toEqual({
    ...{ samples: 2, actual_sum: 61, goal_sum: 62 },
    ...{ first_time: '2026-01-01T00:00:00.000Z', last_time: '2026-01-01T00:01:00.000Z' },
  })
  expect(sumUp(NO_SAMPLES)).toBeUndefined()
})

test.each([
  ['four below goal are none', '', '----', undefined],
  ['five are one', '', '-----', [0, 4]],
  ['it begins where the goal was last reached', '', '--+------', [3, 8]],
  ['one that goes on is none', '-----', '-', undefined],
  ['one that is over is none', '', '-----+', undefined],
  ['one after another is one', '-----', '+-----', [6, 10]],
  ['one that four before complete is one', '+----', '-', [1, 5]],
])('of shortfalls %s', (_, before, added, expected) => {
  const marks = [...before, ...added].map((mark, time) => ({ time, isBelow: mark === '-' }))

  const { time } = findNewShortfall(seriesOf(marks.slice(0, before.length)), seriesOf(marks))

  expect(time.length === 0 ? undefined : [time[0], time.at(-1)]).toEqual(expected)
})

test('what is left of a shortfall after a sample is added in its middle is not told of again', () => {
  const below = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10].map((time) => ({ time, isBelow: true }))

  const found = findNewShortfall(seriesOf(below), seriesOf([...below, { time: 5, isBelow: false }]))

  expect(found).toEqual(NO_SAMPLES)
})

test('shortfalls are told of as if each sample of them were remembered, in whatever order and parts samples come', () => {
  const sample = fc.record({ time: fc.nat(60), delay: fc.nat(12), roll: fc.nat(7) })
  const samples = fc.uniqueArray(sample, { selector: ({ time }) => time, minLength: 20 })

  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 20 }), (all, length) => {
      const marks = all.map(({ roll, ...mark }) => ({ ...mark, isBelow: roll > 0 }))
      const arrived = marks.toSorted((a, b) => a.time + a.delay - b.time - b.delay)
      const reports = [...Map.groupBy(arrived, ({ time, delay }) => Math.floor((time + delay) / length)).values()]

      expect(tell(reports.map(seriesOf))).toEqual(expectShortfalls(reports))
    }),
  )
})

function tell(reports: readonly ChartData[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = []
  reports.reduce((before, report) => {
    const after = mergeSeries(before, report)
    const { time } = findNewShortfall(before, after)
    if (time.length > 0) found.push([time[0] ?? 0, time.at(-1) ?? 0])
    return after
  }, NO_SAMPLES)
  return found
}
