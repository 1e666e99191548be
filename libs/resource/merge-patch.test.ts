import { integer, text } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMerge, mergePatch } from './merge-patch.ts'
import { schemasOf } from './schemas.ts'

// RFC 7396, appendix A: original, patch, result.
const examples: readonly (readonly [unknown, unknown, unknown])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

test.each(examples)('%j patched with %j is %j', (original, patch, result) => {
  expect(mergePatch(original, patch)).toEqual(result)
})

const json = fc.jsonValue({ maxDepth: 3 })
const record = fc.dictionary(fc.string({ maxLength: 3 }), json)

test('an empty patch changes nothing', () => {
  fc.assert(
    fc.property(record, (target) => {
      expect(mergePatch(target, {})).toEqual(target)
    }),
  )
})

test('the same patch again changes nothing more', () => {
  fc.assert(
    fc.property(record, record, (target, patch) => {
      const once = mergePatch(target, patch)

      expect(mergePatch(once, patch)).toEqual(once)
    }),
  )
})

test('a patch changes only what it names', () => {
  fc.assert(
    fc.property(record, record, (target, patch) => {
      const merged = new Map(Object.entries(Object(mergePatch(target, patch))))

      for (const [name, value] of Object.entries(target)) {
        if (!Object.hasOwn(patch, name)) expect(merged.get(name)).toEqual(value)
      }
    }),
  )
})

test('neither operand is changed, and no prototype is', () => {
  const target = { a: { b: 1 } }
  const patch = JSON.parse('{"a":{"c":2},"__proto__":{"polluted":true}}')

  const merged = mergePatch(target, patch)

  expect(target).toEqual({ a: { b: 1 } })
  expect(Object.keys(Object(merged))).toEqual(['a', '__proto__'])
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

const Thing = entity('things', 'thing', {
  name: text({ min: 1 }),
  size: integer({ default: 3 }),
  note: text({ optional: true }),
  state: text({ output_only: true }),
})
const row = { id: 't1', path: 'things/t1', name: 'Cog', size: 5, note: null, state: 'NEW' } as unknown as Row<
  typeof Thing
>
const withNote = { ...row, note: 'old' } as Row<typeof Thing>
const merge = createMerge(Thing, schemasOf('shop', Thing).write)

test('a row keeps what no patch names, and what is taken away gets its default', () => {
  expect(merge(row, { note: 'new' })).toEqual({ name: 'Cog', size: 5, note: 'new' })
  expect(merge(row, { size: null })).toEqual({ name: 'Cog', size: 3, note: null })
  expect(merge(withNote, { note: null })).toMatchObject({ name: 'Cog', size: 5 })
})

test('what the service owns is not patched, and what is required cannot be taken away', () => {
  expect(merge(row, { state: 'OLD', update_time: 'now' })).toEqual({ name: 'Cog', size: 5, note: null })
  expect(() => merge(row, { name: null })).toThrow('name: Must be given.')
})
