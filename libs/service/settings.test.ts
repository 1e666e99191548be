import { boolean, type Field, integer, number, oneOf, region, text, timeSpan, timeZone } from '@mainspring/core'
import { USUAL_RETENTION } from '@mainspring/events'
import { expect, test } from 'vitest'
import { describeSettings, kernelSettings, readSettings, retentionOf, SettingsError } from './settings.ts'

test('what is not set takes its default', () => {
  expect(readSettings(kernelSettings, {})).toMatchObject({
    env: 'development',
    host: '127.0.0.1',
    port: 8000,
    auth: null,
  })
})

test('events are kept as long as usual unless settings say otherwise', () => {
  const said = { EVENTS_AGE: '12h', EVENTS_HARD_AGE: '2d', MOST_EVENTS: '5000' }

  const [usual, other] = [readSettings(kernelSettings, {}), readSettings(kernelSettings, said)].map(retentionOf)

  expect(usual).toEqual(USUAL_RETENTION)
  expect(other).toEqual({ age: 43_200_000, hard_age: 172_800_000, most: 5_000 })
})

test('a service reads its settings under its own name', () => {
  const settings = readSettings({ region: text({ default: 'US' }) }, { BUDGET_REGION: 'DE', REGION: 'FR' }, 'budget')

  expect(settings).toEqual({ region: 'DE' })
})

test('everything that is wrong is said at once, naming the variable and what it takes', () => {
  const read = () => readSettings(kernelSettings, { ENV: 'prod', PORT: '80.5', DATABASE_DURABLE: 'maybe' })

  expect(read).toThrow(SettingsError)
  expect(read).toThrow(/ENV=prod is not one of development, testing, staging, production/)
  expect(read).toThrow(/PORT=80.5 is not a whole number from 0 to 65535/)
  expect(read).toThrow(/DATABASE_DURABLE=maybe is not 1 or 0/)
})

test.each<[Field, string, string]>([
  [region(), 'XX', 'an ISO 3166-1 region code, such as DE'],
  [timeZone({ default: 'UTC' }), 'Mars/Olympus', 'a time zone of the IANA database, such as Europe/Berlin'],
  [timeSpan({ default: '7d' }), '1w', 'a length of time, such as 90s, 5m, 12h or 7d'],
  [text({ pattern: '^[a-z]+$' }), 'A1', 'text that matches ^[a-z]+$'],
  [text({ max: 3 }), 'long', 'text up to 3 characters'],
  [text({ min: 2, max: 3 }), 'x', 'text from 2 up to 3 characters'],
  [integer({ min: 0, max: 9 }), '10', 'a whole number from 0 to 9'],
  [integer({ min: 0, max: 9 }), '1e0', 'a whole number from 0 to 9'],
  [number({ above: 0, max: 1 }), '0', 'a number above 0 up to 1'],
  [number(), 'Infinity', 'a number'],
  [number(), '0x10', 'a number'],
])('a setting keeps the rules of its field, %#', (field, given, description) => {
  const read = () => readSettings({ it: field }, { SNACKS_IT: given }, 'snacks')

  expect(read).toThrow(new SettingsError([`SNACKS_IT=${given} is not ${description}.`]))
})

test('numbers are read as numbers', () => {
  const fields = { count: integer(), ratio: number(), zone: timeZone() }

  expect(readSettings(fields, { COUNT: '-5', RATIO: '1.5e-3', ZONE: 'Asia/Kolkata' })).toEqual({
    count: -5,
    ratio: 0.0015,
    zone: 'Asia/Kolkata',
  })
})

test('a setting without a default must be given', () => {
  expect(() => readSettings({ key: text({ description: 'The key.' }) }, {}, 'notices')).toThrow(
    'NOTICES_KEY must be set: The key.',
  )
})

test('an empty variable counts as absent', () => {
  expect(readSettings({ port: integer({ min: 0, max: 9, default: 3 }) }, { PORT: '' })).toEqual({ port: 3 })
})

test('switches take 1, 0, true and false', () => {
  const read = (value: string) => readSettings({ on: boolean({ default: false }) }, { ON: value }).on

  expect(['1', 'true', '0', 'False'].map(read)).toEqual([true, true, false, false])
})

test('a setting describes itself', () => {
  expect(describeSettings({ level: oneOf(['a', 'b'], { default: 'a', description: 'Which.' }) }, 'my-service')).toEqual(
    [{ variable: 'MY_SERVICE_LEVEL', description: 'Which.', type: 'one of a, b', fallback: 'a' }],
  )
})
