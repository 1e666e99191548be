import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { boolean, integer, text } from '@mainspring/core'
import { createBuilder, type EngineName } from '@mainspring/data'
import { expect, test } from 'vitest'
import { parseFilter } from './check.ts'
import { toSql } from './to-sql.ts'

const fields = {
  id: text({ filter: true }),
  name: text({ optional: true, filter: true }),
  teeth: integer({ filter: true }),
  pitch: integer({ optional: true, filter: true }),
  active: boolean({ optional: true, filter: true }),
}

test.each([
  ["id == 'a'", '"id" = ?'],
  ["id != 'a'", '"id" <> ?'],
  ['teeth < 3', '"teeth" < ?'],
  ['!(teeth < 3)', '"teeth" >= ?'],
  ['pitch < 3', '"pitch" < ?'],
  ['!(pitch < 3)', '("pitch" >= ? or "pitch" is null)'],
  ["id.startsWith('a')", '("id" >= ? and "id" < ?)'],
  ["!id.startsWith('a')", '("id" < ? or "id" >= ?)'],
  ['pitch in [1, 2, null]', '("pitch" in (?, ?) or "pitch" is null)'],
  ['!(pitch in [1, 2, null])', '"pitch" not in (?, ?)'],
  ['!(pitch in [1, 2])', '("pitch" not in (?, ?) or "pitch" is null)'],
  [
    '!(active || !(teeth == 1 && pitch == null))',
    '(("active" <> ? or "active" is null) and ("teeth" = ? and "pitch" is null))',
  ],
])('%s becomes a condition that finds an index', (source, expected) => {
  expect(compile(source, 'sqlite').sql).toBe(`select * from "rows" where ${expected}`)
})

test.each<[EngineName, RegExp]>([
  ['sqlite', /where instr\(lower\("name"\), \?\) > 0$/],
  ['postgres', /where strpos\(lower\("name"\), \$1\) > 0$/],
  ['mysql', /where instr\((replace\(){26}`name`, 'A', 'a'\), .*, 'Z', 'z'\), \?\) > 0$/],
])('%s lowers A to Z alone', (engine, expected) => {
  expect(compile("name.lowerAscii().contains('x')", engine).sql).toMatch(expected)
})

test.each([
  ['name == null', ['none']],
  ['name != null', ['empty', 'upper', 'astral']],
  ["name == ''", ['empty']],
  ["name != ''", ['none', 'upper', 'astral']],
  ["name.contains('')", ['empty', 'upper', 'astral']],
  ["name.startsWith('')", ['empty', 'upper', 'astral']],
  ["!name.startsWith('')", ['none']],
  ["name.startsWith('Ä')", ['upper']],
  ["name.lowerAscii() == 'Äb%'", ['upper']],
  ["name.lowerAscii().contains('%')", ['upper']],
  ["!name.contains('%')", ['none', 'empty', 'astral']],
  ["name > '\uffff'", ['astral']],
  ["!(name > '\uffff')", ['none', 'empty', 'upper']],
  ["name in ['', null]", ['none', 'empty']],
  ["!(name in ['', null])", ['upper', 'astral']],
  ['name in []', []],
  ['!(name in [])', ['none', 'empty', 'upper', 'astral']],
  ['teeth < 2.5', ['none', 'empty']],
  ['teeth == 2.5', []],
  ['teeth != 2.5', ['none', 'empty', 'upper', 'astral']],
  ['active', ['empty']],
  ['!active', ['none', 'upper', 'astral']],
  ['active == false', ['upper', 'astral']],
  ['active != null && teeth > 3 || name == null', ['none', 'astral']],
])('%s finds its rows', (source, ids) => {
  const database = new DatabaseSync(':memory:')
  database.exec(`
    create table rows (id text not null, name text, teeth integer not null, active integer);
    insert into rows values ('none', null, 1, null), ('empty', '', 2, 1), ('upper', 'ÄB%', 3, 0), ('astral', '😀', 4, 0)`)

  const { sql, parameters } = compile(source, 'sqlite')
  const rows = database.prepare(sql).all(...(parameters as SQLInputValue[]))

  expect(rows.map((row) => row.id)).toEqual(ids)
})

function compile(source: string, engine: EngineName) {
  const filter = toSql(parseFilter(source, fields), engine, (_, value) =>
    typeof value === 'boolean' ? Number(value) : value,
  )
  return createBuilder(engine).selectFrom('rows').selectAll().where(filter).compile()
}
