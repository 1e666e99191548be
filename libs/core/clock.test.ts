import { expect, test } from 'vitest'
import { createManualClock, today } from './clock.ts'

test.each([
  ['2026-11-20T23:30:00Z', 'UTC', '2026-11-20'],
  ['2026-11-20T23:30:00Z', 'Europe/Berlin', '2026-11-21'],
  ['2026-11-20T22:30:00Z', 'Europe/Berlin', '2026-11-20'],
  ['2026-06-20T22:30:00Z', 'Europe/Berlin', '2026-06-21'],
  ['2026-01-01T04:00:00Z', 'America/New_York', '2025-12-31'],
  ['2026-12-31T10:00:00Z', 'Pacific/Kiritimati', '2027-01-01'],
  ['2026-11-20T12:00:00Z', 'Asia/Riyadh', '2026-11-20'],
  ['0900-01-01T12:00:00Z', 'Europe/Berlin', '0900-01-01'],
])('at %s in %s it is %s', (now, zone, day) => {
  expect(today(createManualClock(now), zone)).toBe(day)
})

test('in a zone that is none it is no day', () => {
  expect(() => today(createManualClock('2026-11-20T12:00:00Z'), 'Europe/Entenhausen')).toThrow(RangeError)
})
