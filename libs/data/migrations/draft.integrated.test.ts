import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Field, integer, text } from '@mainspring/core'
import { afterAll, expect, test } from 'vitest'
import { entity } from '../entity.ts'
import { type Index, table } from '../table.ts'
import { draftMigration, isDrafted } from './draft.ts'

const folder = mkdtempSync(join(tmpdir(), 'drafts-'))
afterAll(() => rmSync(folder, { recursive: true }))

const directory = () => mkdtempSync(join(folder, 'set-'))
const pizzas = (fields: Record<string, Field>) => [entity('pizzas', 'pizza', fields)]

test('a draft is a file for each engine, numbered, and a snapshot', () => {
  const set = { name: 'snacks', directory: directory() }
  const before = { ...set, tables: pizzas({ size: integer() }) }
  const after = { ...set, tables: pizzas({ size: integer(), name: text({ max: 80, optional: true }) }) }

  const first = draftMigration(before, 'start')
  const second = draftMigration(after, 'add-name')

  const paths = (file: string) =>
    [`sqlite/${file}`, `postgres/${file}`, `mysql/${file}`, 'snapshot.json'].map((path) => join(set.directory, path))
  expect(first).toEqual(paths('0001_start.sql'))
  expect(second).toEqual(paths('0002_add_name.sql'))
})

test('a draft can be read', () => {
  const set = { name: 'snacks', directory: directory() }
  draftMigration({ ...set, tables: pizzas({ size: integer(), crust: text({ max: 9 }) }) }, 'start')

  const [, postgres = ''] = draftMigration({ ...set, tables: pizzas({ size: integer({ min: 1 }) }) }, 'size')

  expect(readFileSync(postgres, 'utf8')).toBe(`-- step: drop column pizzas.crust
-- destructive: the values of pizzas.crust are lost
alter table "pizzas" drop constraint "pizzas_crust_check";
alter table "pizzas" drop column "crust";

-- step: alter column pizzas.size
-- may fail: rows whose size breaks the new rules
alter table "pizzas" add constraint "pizzas_size_check" check ("size" >= 1);
`)
})

test('nothing is drafted when nothing has changed', () => {
  const set = { name: 'snacks', directory: pathToFileURL(directory()), tables: pizzas({ size: integer() }) }

  const before = isDrafted(set)
  draftMigration(set, 'start')

  expect([before, isDrafted(set)]).toEqual([false, true])
  expect(draftMigration(set, 'again')).toEqual([])
})

test('an index that not all engines need is drafted for those that have it', () => {
  const set = { name: 'snacks', directory: directory() }
  const indexed = (index: Partial<Index>) => [
    table('menu', { size: integer() }, { primary_key: ['size'], indexes: [{ columns: ['size'], ...index }] }),
  ]
  draftMigration({ ...set, tables: indexed({}) }, 'start')

  const files = draftMigration({ ...set, tables: indexed({ engines: ['postgres', 'mysql'] }) }, 'not-everywhere')

  const nothing = '-- nothing to do on this engine\n'
  expect(files.slice(0, 3).map((file) => readFileSync(file, 'utf8'))).toEqual([
    '-- step: drop index menu_size_index\ndrop index "menu_size_index";\n',
    nothing,
    nothing,
  ])
  expect(isDrafted({ ...set, tables: indexed({ engines: ['postgres', 'mysql'] }) })).toBe(true)
})

test('a name that is no name of a file is refused', () => {
  const set = { name: 'snacks', directory: directory(), tables: pizzas({}) }

  expect(() => draftMigration(set, '../start')).toThrow(
    "A migration's name has small letters, digits and hyphens; ../start has not.",
  )
})
