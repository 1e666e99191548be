import { array, boolean, date, type Field, integer, number, oneOf, text, timestamp } from '@mainspring/core'
import { expect, test } from 'vitest'
import { entity, reference } from '../entity.ts'
import { describeTable, type Table, table } from '../table.ts'
import { createDdl } from './ddl.ts'
import { draftServer } from './draft-server.ts'
import { draftSqlite } from './draft-sqlite.ts'
import { diffTables } from './steps.ts'

const things = (fields: Record<string, Field>): Table =>
  table('things', { id: text({ max: 63 }), ...fields }, { primary_key: ['id'] })

/** The statements of each engine, on one line each. */
function draft(before: readonly Table[], after: readonly Table[], renames = {}) {
  const steps = diffTables(before.map(describeTable), after.map(describeTable), renames)
  const drafts = {
    sqlite: draftSqlite(steps),
    postgres: draftServer('postgres', steps),
    mysql: draftServer('mysql', steps),
  }
  const entries = Object.entries(drafts).map(([engine, steps]) => [
    engine,
    steps.flatMap(({ statements }) => statements).map((statement) => statement.replaceAll(/\n\s*/g, ' ')),
  ])
  return Object.fromEntries(entries)
}

test('a table keeps its rules on every engine', () => {
  const fields = {
    id: text({ max: 63 }),
    name: text({ min: 1, max: 80 }),
    essay: text({ optional: true, default: 'a\\b' }),
    state: oneOf(['ON', "IT'S"], { default: 'ON' }),
    count: integer({ min: 1 }),
    size: number({ above: 0, max: 1.5 }),
    is_new: boolean({ default: true }),
    day: date({ optional: true }),
    tags: array(text()),
    time: timestamp({ default: '2026-11-20T12:00:00+02:00' }),
  }

  const snapshot = describeTable(table('things', fields, { primary_key: ['id'] }))

  expect(createDdl('sqlite').createTable(snapshot)[0]).toMatchInlineSnapshot(`
    "create table "things" (
      "id" text not null,
      "name" text not null,
      "essay" text default 'a\\b',
      "state" text default 'ON' not null,
      "count" integer not null,
      "size" real not null,
      "is_new" integer default 1 not null,
      "day" text,
      "tags" text not null,
      "time" text default '2026-11-20T10:00:00.000Z' not null,
      constraint "things_pkey" primary key ("id"),
      constraint "things_id_check" check (length("id") <= 63),
      constraint "things_name_check" check (length("name") >= 1 and length("name") <= 80),
      constraint "things_state_check" check ("state" in ('ON', 'IT''S')),
      constraint "things_count_check" check ("count" >= 1),
      constraint "things_size_check" check ("size" <= 1.5 and "size" > 0),
      constraint "things_is_new_check" check ("is_new" in (0, 1)),
      constraint "things_tags_check" check (json_valid("tags"))
    ) strict"
  `)
  expect(createDdl('postgres').createTable(snapshot)[0]).toMatchInlineSnapshot(`
    "create table "things" (
      "id" text collate "C" not null,
      "name" text collate "C" not null,
      "essay" text collate "C" default 'a\\b',
      "state" text collate "C" default 'ON' not null,
      "count" bigint not null,
      "size" double precision not null,
      "is_new" boolean default true not null,
      "day" date,
      "tags" json not null,
      "time" timestamptz(3) default '2026-11-20T10:00:00.000Z' not null,
      constraint "things_pkey" primary key ("id"),
      constraint "things_id_check" check (char_length("id") <= 63),
      constraint "things_name_check" check (char_length("name") >= 1 and char_length("name") <= 80),
      constraint "things_state_check" check ("state" in ('ON', 'IT''S')),
      constraint "things_count_check" check ("count" >= 1),
      constraint "things_size_check" check ("size" <= 1.5 and "size" > 0)
    )"
  `)
  expect(createDdl('mysql').createTable(snapshot)[0]).toMatchInlineSnapshot(`
    "create table \`things\` (
      \`id\` varchar(63) not null,
      \`name\` varchar(80) not null,
      \`essay\` longtext default ('a\\\\b'),
      \`state\` varchar(4) default ('ON') not null,
      \`count\` bigint not null,
      \`size\` double not null,
      \`is_new\` boolean default (true) not null,
      \`day\` date,
      \`tags\` longtext not null,
      \`time\` datetime(3) default ('2026-11-20 10:00:00.000') not null,
      constraint \`things_pkey\` primary key (\`id\`),
      constraint \`things_id_check\` check (char_length(\`id\`) <= 63),
      constraint \`things_name_check\` check (char_length(\`name\`) >= 1 and char_length(\`name\`) <= 80),
      constraint \`things_state_check\` check (\`state\` in ('ON', 'IT''S')),
      constraint \`things_count_check\` check (\`count\` >= 1),
      constraint \`things_size_check\` check (\`size\` <= 1.5 and \`size\` > 0),
      constraint \`things_is_new_check\` check (\`is_new\` in (0, 1)),
      constraint \`things_tags_check\` check (json_valid(\`tags\`))
    ) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin"
  `)
})

test('nulls sort smallest in the indexes of PostgreSQL, as they do elsewhere by themselves', () => {
  const fields = { id: text({ max: 63 }), one: integer({ optional: true }), other: integer() }
  const indexed = table('things', fields, {
    primary_key: ['id'],
    indexes: [{ columns: ['one', 'other'] }, { columns: ['-one', '-id'], unique: true }],
  })

  const [, ...indexes] = draft([], [indexed]).postgres

  expect(indexes).toEqual([
    'create index "things_one_other_index" on "things" ("one" nulls first, "other")',
    'create unique index "things_one_id_unique" on "things" ("one" desc nulls last, "id" desc)',
  ])
})

test('a column that fills itself is added in place', () => {
  const drafts = draft([things({})], [things({ size: number({ default: 1.5, above: 0 }) })])

  expect(drafts).toEqual({
    sqlite: [
      'alter table "things" add column "size" real default 1.5 not null constraint "things_size_check" check ("size" > 0)',
    ],
    postgres: [
      'alter table "things" add column "size" double precision default 1.5 not null',
      'alter table "things" add constraint "things_size_check" check ("size" > 0)',
    ],
    mysql: [
      'alter table `things` add column `size` double default (1.5) not null',
      'alter table `things` add constraint `things_size_check` check (`size` > 0)',
    ],
  })
})

test('a column that needs a value is closed in a statement of its own, so that values can be set before', () => {
  const drafts = draft([things({})], [things({ size: number() })])

  expect(drafts.postgres).toEqual([
    'alter table "things" add column "size" double precision',
    'alter table "things" alter column "size" set not null',
  ])
  expect(drafts.mysql).toEqual([
    'alter table `things` add column `size` double',
    'alter table `things` modify column `size` double not null',
  ])
  expect(drafts.sqlite[1]).toBe('insert into "new_things" ("id", "size") select "id", null from "things"')
})

test('a column that is closed takes its default where it was null', () => {
  const drafts = draft([things({ size: integer({ optional: true }) })], [things({ size: number({ default: 1 }) })])

  expect(drafts.postgres).toEqual([
    'alter table "things" alter column "size" type double precision using "size"::double precision',
    'alter table "things" alter column "size" set default 1',
    'update "things" set "size" = 1 where "size" is null',
    'alter table "things" alter column "size" set not null',
  ])
  expect(drafts.mysql).toEqual([
    'alter table `things` modify column `size` double default (1)',
    'update `things` set `size` = 1 where `size` is null',
    'alter table `things` modify column `size` double default (1) not null',
  ])
  expect(drafts.sqlite[1]).toBe(
    'insert into "new_things" ("id", "size") select "id", coalesce(cast("size" as real), 1) from "things"',
  )
})

test('a table that is renamed with a column takes the names of its constraints along', () => {
  const before = table('things', { id: text({ max: 63 }), size: integer({ min: 1 }) }, { primary_key: ['id'] })
  const after = table('items', { id: text({ max: 63 }), width: integer({ min: 1 }) }, { primary_key: ['id'] })

  const drafts = draft([before], [after], { things: 'items', 'things.size': 'width' })

  expect(drafts.postgres).toEqual([
    'alter table "things" rename to "items"',
    'alter index "things_pkey" rename to "items_pkey"',
    'alter table "items" drop constraint "things_id_check"',
    'alter table "items" add constraint "items_id_check" check (char_length("id") <= 63)',
    'alter table "items" drop constraint "things_size_check"',
    'alter table "items" rename column "size" to "width"',
    'alter table "items" add constraint "items_width_check" check ("width" >= 1)',
  ])
  expect(drafts.sqlite.slice(1)).toEqual([
    'insert into "new_items" ("id", "width") select "id", "size" from "things"',
    'drop table "things"',
    'alter table "new_items" rename to "items"',
  ])
})

test('a foreign key refuses at once, and on SQLite is part of its table', () => {
  const Target = entity('targets', 'target', {})
  const before = things({ target_id: text({ max: 63 }) })
  const after = things({ target_id: reference(() => Target) })
  const key = 'constraint "things_target_id_foreign" foreign key ("target_id") references "targets" ("id")'

  const { sqlite, postgres } = draft([Target, before], [Target, after])

  expect(postgres).toContain(`alter table "things" add ${key}`)
  expect(sqlite[0]).toContain(key)
})
