import {
  array,
  boolean,
  currency,
  date,
  email,
  formats,
  id,
  integer,
  minorAmount,
  number,
  object,
  objectSchema,
  oneOf,
  region,
  text,
  timestamp,
  timeZone,
} from '@mainspring/core'
import { entity, newRow } from '@mainspring/data'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { createFactory } from './factory.ts'

const ajv = new Ajv2020({ strict: false, formats })
ajvFormats.default(ajv, ['email'])

const Gadget = entity('gadgets', 'gadget', {
  label: text({ min: 3, max: 4 }),
  code: text({ pattern: '^[A-Z]{2}-\\d{4}$' }),
  serial_number: text({ max: 20, unique: true }),
  lot: integer({ min: 1, unique: true }),
  contact: email({ unique: true }),
  support: email(),
  price_minor: minorAmount(),
  currency_code: currency(),
  region_code: region(),
  time_zone: timeZone(),
  owner_id: id(),
  teeth: integer({ min: 5, max: 9 }),
  debt: integer({ max: -3 }),
  pitch: number({ above: 0, below: 0.5 }),
  offset: number({ max: 0 }),
  grade: oneOf(['FINE', 'COARSE']),
  active: boolean(),
  made: date(),
  seen_time: timestamp({ output_only: true }),
  colour: text({ example: 'steel blue' }),
  spares: array(object({ name: text({ min: 1 }), count: integer({ min: 1 }), note: text({ optional: true }) }), {
    min: 2,
  }),
  remark: text({ optional: true }),
  state: oneOf(['NEW', 'OLD'], { default: 'NEW' }),
})

test('a factory makes values that every rule of every field allows', () => {
  const values = createFactory(Gadget)()

  expect(validate(values)).toEqual([])
})

test('a factory leaves out what is optional or has a default', () => {
  const values = createFactory(Gadget)()

  expect(Object.keys(values)).toEqual(
    Object.keys(Gadget.fields).filter((name) => name !== 'remark' && name !== 'state'),
  )
})

test('a factory takes the example of a field', () => {
  expect(createFactory(Gadget)().colour).toBe('steel blue')
})

test('unique fields of a factory differ from row to row and keep to their length', () => {
  const newGadget = createFactory(Gadget)

  const gadgets = Array.from({ length: 100 }, () => newGadget())

  expect(new Set(gadgets.map(({ serial_number }) => serial_number)).size).toBe(100)
  expect(new Set(gadgets.map(({ lot }) => lot)).size).toBe(100)
  expect(new Set(gadgets.map(({ contact }) => contact)).size).toBe(100)
  expect(gadgets.flatMap(validate)).toEqual([])
})

test('two factories make the same values, but for unique fields', () => {
  const distinct = { serial_number: '', lot: 0, contact: '' }

  const [one, other] = [createFactory(Gadget)(), createFactory(Gadget)()]

  expect({ ...one, ...distinct }).toEqual({ ...other, ...distinct })
})

test('what is given to a call stands over what was given to the factory, and both over what is made up', () => {
  const newGadget = createFactory(Gadget, { teeth: 6, grade: 'COARSE' })

  const gadget = newGadget({ teeth: 7 })

  expect(gadget).toMatchObject({ teeth: 7, grade: 'COARSE', active: false })
})

test("defaults keep a rule of the entity's own", () => {
  const Range = entity(
    'ranges',
    'range',
    { first: integer(), last: integer() },
    {
      check: ({ first, last }) =>
        first < last ? [] : [{ field: 'last', code: 'order', detail: 'It is not behind the first.' }],
    },
  )
  const identity = { id: '1', now: '2026-01-01T00:00:00.000Z', version: 1 }

  const newRange = createFactory(Range, { first: 1, last: 2 })

  expect(() => newRow(Range, createFactory(Range)(), identity)).toThrow('It is not behind the first.')
  expect(newRow(Range, newRange(), identity)).toMatchObject({ first: 1, last: 2 })
})

const check = ajv.compile(objectSchema(Gadget.fields))

function validate(values: object): unknown[] {
  check(values)
  return check.errors ?? []
}
