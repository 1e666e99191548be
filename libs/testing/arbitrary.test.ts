import {
  array,
  currency,
  date,
  email,
  formats,
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
import { entity } from '@mainspring/data'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryOf } from './arbitrary.ts'

const ajv = new Ajv2020({ strict: false, formats })
ajvFormats.default(ajv, ['email'])

const Gadget = entity('gadgets', 'gadget', {
  label: text({ min: 2, max: 5 }),
  code: text({ pattern: '^[A-Z]{2}-\\d{4}$' }),
  teeth: integer({ min: 5, max: 9 }),
  pitch: number({ above: 0 }),
  grade: oneOf(['FINE', 'COARSE'], { optional: true }),
  made: date(),
  seen: timestamp(),
  price_minor: minorAmount(),
  currency_code: currency(),
  region_code: region(),
  time_zone: timeZone(),
  contact: email({ optional: true }),
  spares: array(object({ name: text({ optional: true }), count: integer({ min: 0 }) }), { max: 3 }),
  remark: text({ optional: true, max: 300 }),
  state: oneOf(['NEW', 'OLD'], { default: 'NEW' }),
  total: integer({ output_only: true }),
})
const { total: _, ...writable } = Gadget.fields

test('arbitrary bodies are valid', () => {
  const validate = ajv.compile(objectSchema(writable))

  fc.assert(
    fc.property(arbitraryOf(Gadget), (body) => {
      validate(body)
      expect(validate.errors ?? []).toEqual([])
    }),
  )
})

test('arbitrary bodies reach every bound, and what is optional is absent, null or there', () => {
  const bodies = fc.sample(arbitraryOf(Gadget), { numRuns: 500, seed: 1 })

  expect(seen(bodies, ({ label }) => [...label].length)).toEqual([2, 3, 4, 5])
  expect(seen(bodies, ({ teeth }) => teeth)).toEqual([5, 6, 7, 8, 9])
  expect(seen(bodies, ({ spares }) => spares.length)).toEqual([0, 1, 2, 3])
  expect(seen(bodies, ({ grade }) => String(grade))).toEqual(['COARSE', 'FINE', 'null', 'undefined'])
  expect(seen(bodies, ({ state }) => String(state))).toEqual(['NEW', 'OLD', 'undefined'])
  expect(seen(bodies, ({ remark }) => [...(remark ?? '')].length === 300)).toEqual([false, true])
})

test('arbitrary text is Unicode, without NUL and lone surrogates', () => {
  const texts = fc.sample(arbitraryOf(Gadget), { numRuns: 2_000, seed: 1 }).map(({ remark }) => remark ?? '')

  expect(texts.some((text) => /[\u{10000}-\u{10ffff}]/u.test(text))).toBe(true)
  expect(texts.some((text) => text.includes('\0') || !text.isWellFormed())).toBe(false)
})

test('what is given replaces what would be arbitrary', () => {
  const bodies = fc.sample(arbitraryOf(Gadget, { teeth: fc.constant(7) }), 20)

  expect(seen(bodies, ({ teeth }) => teeth)).toEqual([7])
})

const seen = <T>(bodies: readonly T[], look: (body: T) => unknown): unknown[] => [...new Set(bodies.map(look))].sort()
