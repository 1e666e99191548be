import fc from 'fast-check'
import { expect, test } from 'vitest'
import { USUAL_RETRY } from './retry.ts'
import { type ScheduleOptions, schedule } from './schedule.ts'

const handle = async () => {}
const make = (options: Partial<ScheduleOptions<unknown>> = {}) =>
  schedule({ name: 'rentals.remind', cron: '30 2 * * *', handle, ...options })

const next = (options: Partial<ScheduleOptions<unknown>>, after: string) =>
  new Date(make(options).nextAfter(Date.parse(after))).toISOString()

const berlin = { time_zone: 'Europe/Berlin' }

test('a schedule goes by UTC and is tried again as usual, unless it says otherwise', () => {
  expect(make()).toMatchObject({ rule: 'CRON_TZ=UTC 30 2 * * *', retry: USUAL_RETRY })
  expect(make({ ...berlin, retry: { attempts: 2 } })).toMatchObject({
    rule: 'CRON_TZ=Europe/Berlin 30 2 * * *',
    retry: { ...USUAL_RETRY, attempts: 2 },
  })
})

test.each([
  ['an hour that has not been', {}, '2026-11-20T01:00:00Z', '2026-11-20T02:30:00.000Z'],
  ['the time itself, which is over', {}, '2026-11-20T02:30:00Z', '2026-11-21T02:30:00.000Z'],
  ['an hour elsewhere', berlin, '2026-11-20T01:00:00Z', '2026-11-20T01:30:00.000Z'],
  ['the last of a month', { cron: '0 0 L * *' }, '2026-02-03T00:00:00Z', '2026-02-28T00:00:00.000Z'],
  ['a day of the week', { cron: '0 8 * * 1' }, '2026-11-20T00:00:00Z', '2026-11-23T08:00:00.000Z'],
  ['a leap day', { cron: '0 0 29 2 *' }, '2026-11-20T00:00:00Z', '2028-02-29T00:00:00.000Z'],
])('a schedule is due at the next time of its rule: %s', (_, options, after, time) => {
  expect(next(options, after)).toBe(time)
})

test('a time that the clocks skip is due when they have', () => {
  expect(next(berlin, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
  expect(next(berlin, '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:30:00.000Z')
  expect(next({ ...berlin, cron: '0,30 2 * * *' }, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
})

test('a time that comes twice is due the first time', () => {
  expect(next(berlin, '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z')
  expect(next(berlin, '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z')
})

test('what is due every hour is due in the hour that comes twice, twice', () => {
  expect(next({ ...berlin, cron: '0 * * * *' }, '2026-10-25T00:00:00Z')).toBe('2026-10-25T01:00:00.000Z')
})

test.each([
  [{ cron: 'at noon' }, 'rentals.remind has no rule of cron: '],
  [{ cron: '' }, 'rentals.remind has no rule of cron: '],
  [{ cron: '61 * * * *' }, 'rentals.remind has no rule of cron: CronPattern: Invalid value for minute: 61'],
  [{ cron: '* * * * * *' }, "rentals.remind has no rule of cron: CronPattern: mode '5-part' requires exactly 5 parts"],
  [{ cron: '2026-11-20T09:30:00' }, 'rentals.remind has no rule of cron: it is due only once.'],
  [{ cron: '0 0 30 2 *' }, 'rentals.remind is never due: 0 0 30 2 *.'],
  [
    { time_zone: 'Europe/Entenhausen' },
    'rentals.remind has no rule of cron: Invalid time zone specified: Europe/Entenhausen',
  ],
])('a rule that is none is refused: %j', (options, reason) => {
  expect(() => make(options)).toThrow(reason)
})

const minutes = fc.constantFrom('* * * * *', '*/7 * * * *', '30 2 * * *', '0 0 1 * *', '0 8 * * 1-5')
const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Chatham')
const moments = fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2028-01-01T00:00:00Z') })

test('a next time is always later, on a minute, and none lies in between', () => {
  fc.assert(
    fc.property(
      minutes,
      zones,
      moments,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (cron, time_zone, moment, part) => {
        const { nextAfter } = make({ cron, time_zone })
        const time = nextAfter(moment)
        const between = Math.floor(moment + (time - 1 - moment) * part)

        expect(time).toBeGreaterThan(moment)
        expect(time % 60_000).toBe(0)
        expect(nextAfter(between)).toBe(time)
      },
    ),
  )
})
