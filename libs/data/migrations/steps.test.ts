import { boolean, date, type Field, integer, number, text } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entity, reference } from '../entity.ts'
import { describeTable, type Table } from '../table.ts'
import { remarksOn } from './remarks.ts'
import { diffTables, titleOf } from './steps.ts'
import { plans, tablesOf } from './testing/random-tables.ts'

const Factory = entity('factories', 'factory', { name: text({ max: 80 }) })
const sprockets = (fields: Record<string, Field>) => entity('sprockets', 'sprocket', fields)

function diff(before: readonly Table[], after: readonly Table[], renames = {}) {
  const steps = diffTables(before.map(describeTable), after.map(describeTable), renames)
  return steps.map((step) => [titleOf(step), ...remarksOn(step, steps)])
}

test('tables that are the same need no steps', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const snapshot = tablesOf(plan).map(describeTable)
      const read = JSON.parse(JSON.stringify(snapshot))

      expect(diffTables(read, snapshot)).toEqual([])
    }),
  )
})

test('the order of columns means nothing', () => {
  const before = sprockets({ teeth: integer(), pitch: number() })
  const after = sprockets({ pitch: number(), teeth: integer() })

  expect(diff([before], [after])).toEqual([])
})

test('tables are made before the foreign keys between them', () => {
  const Sprocket = sprockets({ factory_id: reference(() => Factory) })

  expect(diff([], [Sprocket, Factory])).toEqual([
    ['create table sprockets'],
    ['create table factories'],
    ['add foreign key sprockets_factory_id_foreign'],
  ])
})

test('a table that is dropped goes after the foreign keys that point at it, and says what is lost', () => {
  const before = sprockets({ factory_id: reference(() => Factory) })

  expect(diff([Factory, before], [sprockets({})])).toEqual([
    ['drop foreign key sprockets_factory_id_foreign'],
    ['drop index sprockets_factory_id_index'],
    ['drop table factories', 'destructive: all rows of factories are lost'],
    ['drop column sprockets.factory_id', 'destructive: the values of sprockets.factory_id are lost'],
  ])
})

test('a column that is dropped while one of its kind is added might have been renamed', () => {
  const before = sprockets({ teeth: integer() })
  const after = sprockets({ tooth_count: integer({ default: 1 }), pitch: number({ default: 1 }) })

  expect(diff([before], [after])[0]).toEqual([
    'drop column sprockets.teeth',
    'destructive: the values of sprockets.teeth are lost',
    'or was sprockets.teeth renamed to tooth_count? Then draft again with --rename sprockets.teeth=tooth_count',
  ])
})

test('a table that is dropped while another is made might have been renamed', () => {
  const Plant = entity('plants', 'plant', { name: text({ max: 80 }) })

  expect(diff([Factory], [Plant])[0]).toContain(
    'or was factories renamed to plants? Then draft again with --rename factories=plants',
  )
})

test('a renamed column keeps its values and may change besides', () => {
  const before = sprockets({ teeth: integer() })
  const after = sprockets({ tooth_count: integer({ min: 1 }) })

  expect(diff([before], [after], { 'sprockets.teeth': 'tooth_count' })).toEqual([
    ['rename column sprockets.teeth to tooth_count', 'may fail: rows whose tooth_count breaks the new rules'],
  ])
})

test('a renamed table brings its columns', () => {
  const Plant = entity('plants', 'plant', { name: text({ max: 80 }) })

  const steps = diff([Factory], [Plant], { factories: 'plants' }).flat()

  expect(steps).toContain('rename table factories to plants')
  expect(steps.filter((step) => /(drop|add) column|drop table/.test(step))).toEqual([])
})

test.each([
  [{ 'sprockets.tooth': 'teeth' }, 'The last snapshot has no sprockets.tooth that could be renamed.'],
  [{ 'sprockets.teeth': 'tooth' }, 'There is no sprockets.tooth that sprockets.teeth could have become.'],
  [{ sprockets: 'cogs' }, 'There is no cogs that sprockets could have become.'],
])('a rename of what is not there is refused: %o', (renames, message) => {
  const Sprocket = sprockets({ teeth: integer() })

  expect(() => diff([Sprocket], [Sprocket], renames)).toThrow(message)
})

test('renames of tables that are not in the snapshot are for another set', () => {
  expect(diff([Factory], [Factory], { 'pizzas.name': 'title' })).toEqual([])
})

test.each<[string, Field, Field, readonly string[]]>([
  ['a raised minimum', integer({ min: 1 }), integer({ min: 2 }), ['breaks the new rules']],
  ['a new minimum', integer(), integer({ min: 2 }), ['breaks the new rules']],
  ['a lowered maximum', text({ max: 80 }), text({ max: 20 }), ['breaks the new rules']],
  ['a new bound of a number', number(), number({ above: 0 }), ['breaks the new rules']],
  ['a value that is needed', text({ optional: true }), text(), ['rows without column']],
  ['a value that is needed and has a default', text({ optional: true }), text({ default: '' }), []],
  ['wider bounds', integer({ min: 2, max: 3 }), integer({ min: 1, max: 4 }), []],
  ['no bounds', text({ max: 80 }), text(), []],
  ['a value that is not needed', text(), text({ optional: true }), []],
  ['another default', text({ default: 'a' }), text({ default: 'b' }), []],
])('%s alters a column and is remarked on if rows could be in its way', (_, before, after, remarks) => {
  const [step, ...others] = diff([sprockets({ column: before })], [sprockets({ column: after })])

  expect(others).toEqual([])
  expect(step).toEqual(['alter column sprockets.column', ...remarks.map((remark) => expect.stringContaining(remark))])
})

test.each<[string, Field, Field]>([
  ['integer becomes number', integer(), number()],
  ['integer becomes text', integer(), text()],
  ['boolean becomes integer', boolean(), integer()],
  ['a date becomes text', date(), text()],
])('%s with its values', (_, before, after) => {
  expect(diff([sprockets({ column: before })], [sprockets({ column: after })])).toEqual([
    ['alter column sprockets.column'],
  ])
})

test('a kind that cannot hold the values is a new column', () => {
  expect(diff([sprockets({ column: text() })], [sprockets({ column: integer() })])).toEqual([
    ['drop column sprockets.column', 'destructive: the values of sprockets.column are lost'],
    ['add column sprockets.column', 'may fail: rows that are there have no column; set it first'],
  ])
})

test('an index that nulls can enter is made anew', () => {
  const before = sprockets({ teeth: integer({ order: true }) })
  const after = sprockets({ teeth: integer({ order: true, optional: true }) })

  expect(diff([before], [after])).toEqual([
    ['drop index sprockets_teeth_id_index'],
    ['alter column sprockets.teeth'],
    ['create index sprockets_teeth_id_index'],
  ])
})

test('a new rule over several rows is remarked on, one that was there before is not', () => {
  const before = sprockets({ code: text({ max: 9 }), factory_id: text({ max: 63 }) })
  const after = sprockets({ code: text({ max: 9, unique: true }), factory_id: reference(() => Factory) })
  const later = sprockets({
    code: text({ max: 9, unique: true, optional: true }),
    factory_id: reference(() => Factory, { optional: true }),
  })

  expect(diff([Factory, before], [Factory, after])).toEqual([
    ['create index sprockets_code_unique', 'may fail: rows that share code'],
    ['create index sprockets_factory_id_index'],
    [
      'add foreign key sprockets_factory_id_foreign',
      'may fail: rows whose factory_id is not the id of one of factories',
    ],
  ])
  expect(diff([Factory, after], [Factory, later]).flat().join()).not.toContain('may fail')
})

test('another primary key is refused', () => {
  const before: Table = { ...Factory, primary_key: ['name'] }

  expect(() => diff([before], [Factory])).toThrow('The primary key of factories has changed')
})
