import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDay } from './formats.ts'

test('a day of the calendar is what the platform takes for one', () => {
  const digits = (length: number, max: number) =>
    fc.integer({ min: 0, max }).map((number) => String(number).padStart(length, '0'))
  const platform = (text: string) => {
    const time = Date.parse(text)
    return !text.startsWith('0000') && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  }

  fc.assert(
    fc.property(digits(4, 9999), digits(2, 13), digits(2, 32), (year, month, day) => {
      const text = `${year}-${month}-${day}`
      expect([text, isDay(text)]).toEqual([text, platform(text)])
    }),
    { numRuns: 2_000 },
  )
})

test.each(['1900-02-29', '2100-02-29', '2026-02-29', '2026-04-31', '0000-01-01', '2026-1-01', '2026-01-01Z', ''])(
  '%j is no day',
  (text) => {
    expect(isDay(text)).toBe(false)
  },
)

test.each(['2000-02-29', '2024-02-29', '2026-02-28', '2026-12-31', '2026-04-30', '0001-01-01'])(
  '%j is a day',
  (text) => {
    expect(isDay(text)).toBe(true)
  },
)
