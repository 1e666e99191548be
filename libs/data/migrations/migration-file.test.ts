import { expect, test } from 'vitest'
import { checksumOf, parseMigration } from './migration-file.ts'

test('a file is divided into statements, which belong to steps', () => {
  const statements = parseMigration(
    'postgres',
    `-- by hand: see the handbook; it says why
-- step: add column pizzas.name
-- may fail: never
alter table pizzas add column name text; -- that's all
update pizzas set name = id;

-- step: drop table cakes
drop table /* ; */ cakes
`,
  )

  expect(statements).toEqual([
    { step: 'add column pizzas.name', sql: 'alter table pizzas add column name text' },
    { step: 'add column pizzas.name', sql: 'update pizzas set name = id' },
    { step: 'drop table cakes', sql: 'drop table  cakes' },
  ])
})

test.each([
  ['sqlite', `insert into x values ('a;''b', '\\')`],
  ['sqlite', `insert into x values ('-- step: no\n;')`],
  ['postgres', 'create function f() returns int language sql as $body$ select 1; $body$'],
  ['postgres', 'select $1 - 2 / 3'],
  ['mysql', "insert into `a;b` values ('a\\';b', \"c;\")"],
] as const)('on %s, what is in quotes is text: %s', (engine, sql) => {
  expect(parseMigration(engine, `${sql};\n${sql};`)).toEqual([
    { step: '', sql },
    { step: '', sql },
  ])
})

test('a checksum does not mind comments and line ends, but any change of a statement', () => {
  const checksum = (content: string) => checksumOf(parseMigration('sqlite', content))
  const original = checksum('-- step: one\nselect 1,\n2;\nselect 3;\n')

  expect(checksum('-- step: uno\r\nselect 1,\r\n2;\r\n-- more\r\nselect 3')).toBe(original)
  expect(checksum('select 1,\n2;\nselect 4;\n')).not.toBe(original)
  expect(checksum('select 1,\n2;\n')).not.toBe(original)
})
