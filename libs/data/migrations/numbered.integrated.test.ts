import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, integer, text } from '@mainspring/core'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, expect, test } from 'vitest'
import { openEngine } from '../open.ts'
import { table } from '../table.ts'
import { draftMigration } from './draft.ts'
import { migrate } from './runner.ts'

const log = createLog({ level: 'silent' })
const directory = mkdtempSync(join(tmpdir(), 'numbered-'))
afterAll(() => rmSync(directory, { recursive: true }))

const events = (max: number) =>
  table('events', { number: integer(), word: text({ max }) }, { primary_key: ['number'], is_numbered: true })
const before = { name: 'before', directory: join(directory, 'before'), tables: [events(10)] }
const after = { name: 'before', directory: join(directory, 'after'), tables: [events(20)] }
draftMigration(before, 'initial')
draftMigration({ ...before, directory: after.directory }, 'initial')
draftMigration(after, 'longer')

describeEachEngine('a numbered table', (server) => {
  test('never gives a number twice, not even when its table is made anew', async () => {
    const engine = await openEngine({ url: await server.createUrl(), service: 'test' }, { log })
    await migrate(engine, [before], log)
    const run = (sql: string) => engine.session(({ run }) => run(sql))
    const add = (word: string) => run(`insert into events (word) values ('${word}')`)
    for (const word of ['one', 'two', 'three']) await add(word)
    await run('delete from events')

    await migrate(engine, [after], log)
    await add('a long word')

    const { rows } = await run('select number, word from events')
    expect(rows).toEqual([{ number: 4, word: 'a long word' }])
    await engine.close()
  })
})
