import { boolean, integer, oneOf, text } from '@mainspring/core'
import { expect, test } from 'vitest'
import { describeSettings, kernelSettings, readSettings, SettingsError } from './settings.ts'

test('what is not set takes its default', () => {
  expect(readSettings(kernelSettings, {})).toMatchObject({
    env: 'development',
    host: '127.0.0.1',
    port: 8000,
    auth: null,
  })
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
