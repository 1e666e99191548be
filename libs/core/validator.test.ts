import { expect, test } from 'vitest'
import { isTimeZone, toMilliseconds } from './formats.ts'
import {
  array,
  currency,
  date,
  email,
  id,
  integer,
  minorAmount,
  number,
  object,
  objectSchema,
  oneOf,
  region,
  type Schema,
  text,
  timeSpan,
  timestamp,
  timeZone,
} from './index.ts'
import { createValidator } from './validator.ts'

const validate = (schema: Schema, value: unknown) =>
  createValidator(schema, 'body')(value).map(({ field, code, detail }) => `${field} ${code}: ${detail}`)

const order = objectSchema({
  name: text({ min: 1, max: 5 }),
  size: oneOf(['SMALL', 'LARGE'], { default: 'SMALL' }),
  price: number({ above: 0, below: 100 }),
  at: timestamp({ optional: true }),
  on: date({ optional: true }),
  packages: array(object({ pizza_id: id(), count: integer({ min: 1, max: 9 }) }), { max: 2 }),
})

test('a right value passes and has its defaults', () => {
  const value = { name: 'a', price: 1, packages: [] }

  expect(validate(order, value)).toEqual([])
  expect(value).toEqual({ name: 'a', size: 'SMALL', price: 1, at: null, on: null, packages: [] })
})

test('every mistake is told by its field, a stable code and a sentence', () => {
  const value = {
    name: '',
    size: 'HUGE',
    price: 0,
    at: 'now',
    packages: [{ pizza_id: 'A b', count: 10, extra: 1 }, 5, {}],
    color: 'red',
  }

  expect(validate(order, value)).toEqual([
    'color unknown_field: Must not be given: there is no such field.',
    'name too_short: Must not be empty.',
    'size enum: Must be one of "SMALL", "LARGE".',
    'price minimum: Must be greater than 0.',
    'at format: Must be a moment with its offset, such as 2026-11-20T09:30:00Z.',
    'packages too_many: Must have at most 2 items.',
    'packages[0].extra unknown_field: Must not be given: there is no such field.',
    'packages[0].pizza_id pattern: Must match ^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$.',
    'packages[0].count maximum: Must be at most 9.',
    'packages[1] type: Must be an object.',
    'packages[2].pizza_id required: Must be given.',
    'packages[2].count required: Must be given.',
  ])
})

test('the whole has the name of its place', () => {
  expect(validate(order, [])).toEqual(['body type: Must be an object.'])
  expect(createValidator(objectSchema({}), 'query')({ a: 1 })).toMatchObject([
    { field: 'a', code: 'unknown_parameter' },
  ])
})

test('a digit is an index in a list, and a name in an object', () => {
  const integers = { type: 'integer' }
  const schema = {
    type: 'object',
    properties: { map: { type: 'object', additionalProperties: integers }, list: { type: 'array', items: integers } },
  }

  expect(validate(schema, { map: { 0: 'x', 'a/b': 'x' }, list: ['x'] })).toEqual([
    'map.0 type: Must be a whole number.',
    'map.a/b type: Must be a whole number.',
    'list[0] type: Must be a whole number.',
  ])
})

test('a choice tells what is wrong with the shapes, not that null would do as well', () => {
  const shape = { type: 'object', properties: { b: { type: 'integer' } } }
  const schema = { type: 'object', properties: { a: { anyOf: [shape, { type: 'null' }] } } }

  expect(validate(schema, { a: { b: 'x' } })).toEqual(['a.b type: Must be a whole number.'])
  expect(validate({ not: { type: 'null' } }, null)).toEqual([
    'body mismatch: Must have one of the shapes that are allowed.',
  ])
})

test('values are not converted', () => {
  expect(validate(objectSchema({ count: integer() }), { count: '5' })).toEqual(['count type: Must be a whole number.'])
})

test('lengths count characters, not code units', () => {
  expect(validate(objectSchema({ a: text({ max: 2 }) }), { a: '😀😀' })).toEqual([])
  expect(validate(objectSchema({ a: text({ max: 2 }) }), { a: '😀😀😀' })).toEqual([
    'a too_long: Must have at most 2 characters.',
  ])
})

test('the integers are those that a double holds exactly', () => {
  expect(validate(objectSchema({ a: integer() }), { a: 2 ** 53 - 1 })).toEqual([])
  expect(validate(objectSchema({ a: integer() }), { a: 2 ** 53 })).toEqual([
    'a maximum: Must be at most 9007199254740991.',
  ])
})

test('of very many mistakes a hundred are told, and of a very large value the first', () => {
  const list = objectSchema({ list: array(integer()) })

  expect(validate(list, { list: Array(50_000).fill('x') })).toHaveLength(100)
  expect(validate(list, { list: Array(200_000).fill('x') })).toEqual(['list[0] type: Must be a whole number.'])
})

test('one schema may be checked in two places, whatever its name', () => {
  const named = { ...objectSchema({ a: integer() }), $id: 'Named' }
  const again = { ...objectSchema({ a: text() }), $id: 'Named' }

  expect(validate(named, { a: 'x' })).toHaveLength(1)
  expect(validate(again, { a: 1 })).toHaveLength(1)
})

test('extensions are taken in a schema, misspelt words are not', () => {
  expect(validate({ ...objectSchema({}), 'x-aep-resource': { type: 'pizza' } }, {})).toEqual([])
  expect(() => validate({ type: 'string', maxLenght: 5 }, 'x')).toThrow('unknown keyword: "maxLenght"')
  expect(() => validate({ type: 'string', format: 'colour' }, 'x')).toThrow('unknown format "colour"')
})

test.each([
  ['2026-02-28', true],
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['0000-01-01', false],
  ['0001-01-01', true],
  ['2026-2-3', false],
  ['2026-02-28T00:00:00Z', false],
])('%s is a day: %s', (value, right) => {
  expect(validate(objectSchema({ a: date() }), { a: value })).toHaveLength(right ? 0 : 1)
})

test.each([
  ['2026-11-20T09:30:00Z', true],
  ['2026-11-20t09:30:00.123456789+05:45', true],
  ['2026-11-20T09:30:00', false],
  ['2026-11-20 09:30:00Z', false],
  ['2026-02-30T00:00:00Z', false],
  ['2026-11-20T24:00:00Z', false],
  ['2026-06-30T23:59:60Z', false],
  ['2026-11-20T09:30:00+99:00', false],
  ['0001-01-01T00:00:00Z', true],
  ['0001-01-01T00:00:00+00:01', false],
  ['9999-12-31T23:59:59.999Z', true],
  ['9999-12-31T23:59:59-00:01', false],
])('%s is a moment: %s', (value, right) => {
  expect(validate(objectSchema({ a: timestamp() }), { a: value })).toHaveLength(right ? 0 : 1)
})

test('a name that a client made up is told back shortened', () => {
  const validate = createValidator(objectSchema({}), 'body')

  const [error] = validate({ ['x'.repeat(10_000)]: 1 })

  expect(error).toMatchObject({ field: `${'x'.repeat(100)}…`, code: 'unknown_field' })
})

test.each([
  ['', false],
  ['D', false],
  ['DE', true],
  ['SS', true],
  ['XK', false],
  ['EU', false],
  ['UK', false],
  ['de', false],
  ['DEU', false],
])('%j is a region: %s', (value, right) => {
  expect(validate(objectSchema({ a: region() }), { a: value })).toHaveLength(right ? 0 : 1)
})

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['Asia/Kolkata', true],
  ['Asia/Calcutta', true],
  ['Europe/Kyiv', true],
  ['US/Pacific', true],
  ['America/Argentina/ComodRivadavia', true],
  ['Etc/GMT+5', true],
  ['EST5EDT', true],
  ['NZ-CHAT', true],
  ['GMT0', true],
  ['europe/berlin', false],
  ['EUROPE/BERLIN', false],
  ['Europe/BERLIN', false],
  ['utc', false],
  ['Europe/Entenhausen', false],
  ['+01:00', false],
  ['CEST', false],
  ['BST', false],
  ['SystemV/EST5', false],
  ['localtime', false],
  ['', false],
])('%j is a time zone: %s', (value, right) => {
  expect(validate(objectSchema({ a: timeZone() }), { a: value })).toHaveLength(right ? 0 : 1)
})

test.each([
  ['0s', true],
  ['90s', true],
  ['9999d', true],
  ['10000s', false],
  ['7', false],
  ['d', false],
  ['7 d', false],
  ['7D', false],
  ['1.5h', false],
  ['-1d', false],
  ['P7D', false],
  ['', false],
])('%j is a length of time: %s', (value, right) => {
  expect(validate(objectSchema({ a: timeSpan() }), { a: value })).toHaveLength(right ? 0 : 1)
})

test.each([
  ['0s', 0],
  ['90s', 90_000],
  ['5m', 300_000],
  ['12h', 43_200_000],
  ['7d', 604_800_000],
])('%s is %i milliseconds', (span, milliseconds) => {
  expect(toMilliseconds(span)).toBe(milliseconds)
})

test('every time zone that the platform lists is one', () => {
  expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name))).toEqual([])
})

test('a text that is not of its format is told so once, whatever else is wrong with it', () => {
  const schema = objectSchema({ price_minor: minorAmount(), currency_code: currency(), zone: timeZone(), at: region() })

  expect(validate(schema, { price_minor: -1, currency_code: 'Euro', zone: 'x'.repeat(100), at: 'de' })).toEqual([
    'price_minor minimum: Must be at least 0.',
    'currency_code format: Must be an ISO 4217 currency code, such as EUR.',
    'zone format: Must be a time zone of the IANA database, such as Europe/Berlin.',
    'at format: Must be an ISO 3166-1 region code, such as DE.',
  ])
})

test.each([
  ['ada@example.com', true],
  ["o'hara+box@mail.example.co.uk", true],
  ['ada@localhost', false],
  ['ada', false],
  ['ada@', false],
  ['a b@example.com', false],
  ['ada@example.com ', false],
  [`ada@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(63)}.example`, false],
])('%j is an e-mail address: %s', (value, right) => {
  expect(validate(objectSchema({ a: email() }), { a: value })).toHaveLength(right ? 0 : 1)
})

test('examples of a format are of it', () => {
  const examples = [email(), currency(), region(), timeZone(), timeSpan()].flatMap((field) =>
    Object(field).examples.map((each: string) => validate(field, each)),
  )

  expect(examples.length).toBeGreaterThan(3)
  expect(examples.flat()).toEqual([])
})
