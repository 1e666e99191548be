import { array, integer, object, oneOf, text } from '@mainspring/core'
import { expect, expectTypeOf, test } from 'vitest'
import { type Create, entity, etagOf, type Insert, type Patch, type Row, reference, VERSION } from './entity.ts'
import type { Query, Selects } from './query.ts'
import { describeTable, type TablesOf } from './table.ts'

const Shelf = entity('book-shelves', 'book-shelf', { name: text({ max: 80, unique: true }) })
const Book = entity(
  'books',
  'book',
  {
    title: text({ min: 1, max: 200, order: true }),
    note: text({ optional: true }),
    pages: integer({ min: 1, default: 1 }),
    state: oneOf(['NEW', 'OLD'], { output_only: true }),
    marks: object({ at: array(integer()), by: text({ optional: true }) }),
    shelf_id: reference(() => Shelf, { optional: true }),
  },
  { indexes: [{ columns: ['state', '-pages'] }] },
)

test('types follow from the columns', () => {
  type BookRow = Row<typeof Book>
  expectTypeOf<BookRow['title']>().toEqualTypeOf<string>()
  expectTypeOf<BookRow['note']>().toEqualTypeOf<string | null>()
  expectTypeOf<BookRow['state']>().toEqualTypeOf<'NEW' | 'OLD'>()
  expectTypeOf<BookRow['marks']>().toEqualTypeOf<{ readonly at: readonly number[]; readonly by: string | null }>()
  expectTypeOf<BookRow['create_time']>().toEqualTypeOf<string>()

  expectTypeOf<keyof Create<typeof Book>>().toEqualTypeOf<'id' | 'title' | 'note' | 'pages' | 'marks' | 'shelf_id'>()
  expectTypeOf<Patch<typeof Book>>().toExtend<{ readonly title?: string }>()
  expectTypeOf<{ title: string; state: 'NEW'; marks: { at: []; by: null } }>().toExtend<Insert<typeof Book>>()
  expectTypeOf<{ title: string; marks: { at: []; by: null } }>().not.toExtend<Insert<typeof Book>>()
})

test("a query of one's own knows the columns of an entity, and no others", () => {
  type Tables = TablesOf<[typeof Shelf, typeof Book]>
  expectTypeOf<Tables['books']['pages']>().toEqualTypeOf<number>()
  expectTypeOf<Tables['books']['note']>().toEqualTypeOf<string | null>()
  expectTypeOf<Tables['book_shelves']['create_time']>().toEqualTypeOf<string>()

  const titles = (query: Selects<Tables>) => query.selectFrom('books').select('title').where('pages', '>', 100)
  expectTypeOf<ReturnType<typeof titles>>().toExtend<Query<{ title: string }>>()
  // @ts-expect-error No book has a colour.
  const colours = (query: Selects<Tables>) => query.selectFrom('books').select('colour')
  // @ts-expect-error There is no such table.
  const magazines = (query: Selects<Tables>) => query.selectFrom('magazines').select('id')
  expectTypeOf(colours).toBeFunction()
  expectTypeOf(magazines).toBeFunction()
})

test('a kebab-case collection has a snake_case table and a type name', () => {
  expect(Shelf).toMatchObject({ name: 'book_shelves', collection: 'book-shelves', type_name: 'BookShelf' })
})

test('columns that are unique, ordered or references have an index', () => {
  expect(describeTable(Shelf).indexes).toEqual([
    { name: 'book_shelves_name_unique', columns: ['name'], unique: true },
    { name: 'book_shelves_create_time_id_index', columns: ['create_time', 'id'], unique: false },
    { name: 'book_shelves_update_time_id_index', columns: ['update_time', 'id'], unique: false },
  ])
  expect(describeTable(Book).indexes.map(({ name }) => name)).toEqual([
    'books_title_id_index',
    'books_shelf_id_index',
    'books_create_time_id_index',
    'books_update_time_id_index',
    'books_state_pages_index',
  ])
})

test('a table is described by what decides its columns on any engine', () => {
  const { columns, foreign_keys, primary_key } = describeTable(Book)

  expect(columns.find(({ name }) => name === 'title')).toEqual({
    name: 'title',
    kind: 'text',
    nullable: false,
    min_length: 1,
    max_length: 200,
  })
  expect(columns.find(({ name }) => name === 'pages')).toMatchObject({ kind: 'integer', minimum: 1, default: 1 })
  expect(columns.find(({ name }) => name === 'state')).toMatchObject({ values: ['NEW', 'OLD'] })
  expect(columns.at(-1)).toMatchObject({ name: 'version', kind: 'integer' })
  expect(foreign_keys).toEqual([{ name: 'books_shelf_id_foreign', column: 'shelf_id', table: 'book_shelves' }])
  expect(primary_key).toEqual(['id'])
})

test('a version does not show in JSON, and its ETag is quoted', () => {
  const row = { id: '1', [VERSION]: 36 }

  expect(JSON.stringify(row)).toBe('{"id":"1"}')
  expect(etagOf(row)).toBe('"10"')
})
