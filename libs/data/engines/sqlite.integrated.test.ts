import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@mainspring/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqlite } from './sqlite.ts'

const log = createLog({ level: 'silent' })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-sqlite-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a second one on the same file is told whose it is', async () => {
  const file = join(folder, 'one.db')
  const first = await openSqlite({ file, log })

  const second = openSqlite({ file, log, patience: 200 })

  await expect(second).rejects.toMatchObject({ code: 'database_in_use', message: expect.stringContaining(file) })
  await first.close()
})

test('a second one waits while the first goes down', async () => {
  const file = join(folder, 'two.db')
  const first = await openSqlite({ file, log })
  setTimeout(() => void first.close(), 150)

  const second = await openSqlite({ file, log })

  expect(await second.reader.run('select 1 as one')).toMatchObject({ rows: [{ one: 1 }] })
  await second.close()
})

test('the folder is made, commits are durable, and foreign keys hold', async () => {
  const engine = await openSqlite({ file: join(folder, 'deep', 'down', 'three.db'), log })

  const pragmas = await engine.session(async (connection) => [
    (await connection.run('pragma journal_mode')).rows[0],
    (await connection.run('pragma synchronous')).rows[0],
    (await connection.run('pragma foreign_keys')).rows[0],
  ])

  expect(pragmas).toEqual([{ journal_mode: 'wal' }, { synchronous: 2 }, { foreign_keys: 1 }])
  await engine.close()
})

test('the reader cannot write', async () => {
  const engine = await openSqlite({ file: join(folder, 'four.db'), log })

  await expect(engine.reader.run('create table t (a)')).rejects.toMatchObject({ name: 'DatabaseFault' })
  await engine.close()
})
