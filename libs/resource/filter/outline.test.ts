import { array, boolean, integer, text } from '@mainspring/core'
import { createBuilder } from '@mainspring/data'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFilter } from './check.ts'
import { outlineOf } from './outline.ts'
import { toSql } from './to-sql.ts'

const fields = {
  name: text({ optional: true, filter: true }),
  // Another field than the lower case of `name`.
  name_: text({ optional: true, filter: true }),
  title: text({ max: 9, folded: true, filter: true }),
  parts: array(text(), { filter: true }),
  teeth: integer({ filter: true }),
  active: boolean({ optional: true, filter: true }),
}
const bind = (_: unknown, value: unknown) => value

const operand = fc.constantFrom('name', 'name.lowerAscii()', 'name_', 'teeth', 'active')
const condition = operand.chain((each) => {
  const literal =
    each === 'teeth'
      ? fc.integer({ min: 0, max: 9 }).map(String)
      : each === 'active'
        ? fc.constantFrom('true', 'false')
        : fc.constantFrom("'a'", "'b'", "''")
  const orNull = fc
    .oneof(literal, fc.constant(each.includes('(') || each === 'teeth' ? '1' : 'null'))
    .filter((value) => each === 'teeth' || value !== '1')
  return fc.oneof(
    fc
      .tuple(fc.constantFrom('==', '!=', '<', '>='), literal)
      .map(([relation, value]) => `${each} ${relation} ${value}`),
    fc.array(orNull, { minLength: 1, maxLength: 3 }).map((values) => `${each} in [${values.join(', ')}]`),
    fc.constant(each === 'name' ? "name.startsWith('a')" : 'teeth == 1'),
    fc.constantFrom("name.contains('b')", "title.folded().contains('B')", "'b' in parts"),
  )
})
const filters = fc.letrec<{ readonly node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    condition,
    fc.tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node')).map(([a, joint, b]) => `(${a} ${joint} ${b})`),
    tie('node').map((node) => `!(${node})`),
  ),
})).node

const compiled = (source: string) =>
  createBuilder('postgres')
    .selectFrom('rows')
    .selectAll()
    .where(toSql(parseFilter(source, fields), 'postgres', bind))
    .compile()

test('the values of an outline are those that are bound, in their order', () => {
  fc.assert(
    fc.property(filters, (source) => {
      expect(outlineOf(parseFilter(source, fields), bind).values).toEqual(compiled(source).parameters)
    }),
  )
})

test('filters of one shape are one SQL', () => {
  const seen = new Map<string, string>()
  fc.assert(
    fc.property(filters, (source) => {
      const { shape } = outlineOf(parseFilter(source, fields), bind)
      const { sql } = compiled(source)

      expect(seen.get(shape) ?? sql).toBe(sql)
      seen.set(shape, sql)
    }),
    { numRuns: 500 },
  )
})

test('a list is of another shape than one with null, however long it is', () => {
  const lists = Array.from({ length: 120 }, (_, length) => Array.from({ length }, () => "'a'"))
  const sources = lists.flatMap((list) => [`name in [${list}]`, `name in [${[...list, 'null']}]`])

  const shapes = sources.map((source) => outlineOf(parseFilter(source, fields), bind).shape)

  expect(new Set(shapes).size).toBe(sources.length)
})
