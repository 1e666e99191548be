import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { copySqlite, findDamage, lockSqlite, replaceSqlite } from './sqlite-files.ts'

const scratch = mkdtempSync(join(tmpdir(), 'mainspring-files-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const LETTER = 'Dear Sir or Madam, this is no database, and I am sorry for that.'

const createFolder = () => mkdtempSync(join(scratch, 'folder-'))

test('a copy is one file, whole while somebody else writes', async () => {
  const folder = createFolder()
  const file = write(join(folder, 'a.db'), 'one')
  const writer = new DatabaseSync(file)
  writer.exec("pragma journal_mode=wal; begin; insert into t values ('half')")

  await copySqlite(file, join(folder, 'copy'))

  writer.exec('commit')
  writer.close()
  expect(read(join(folder, 'copy'))).toEqual(['one'])
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy'])
})

test('a copy has what a process that was killed left in its log', async () => {
  const folder = createFolder()
  const file = writeAndDie(join(folder, 'a.db'))

  await copySqlite(file, join(folder, 'copy'))

  expect(read(join(folder, 'copy'))).toEqual(['in the file', 'in the log'])
})

test('what is no database, or a broken one, is damaged', () => {
  const folder = createFolder()
  const letter = join(folder, 'letter.txt')
  writeFileSync(letter, LETTER)

  expect(findDamage(letter)).toBe('file is not a database')
  expect(findDamage(join(folder, 'nothing'))).toBe('unable to open database file')
  expect(findDamage(write(join(folder, 'a.db'), 'one'))).toBeUndefined()
})

test('what is replaced is kept, with what was in its log', async () => {
  const folder = createFolder()
  const file = writeAndDie(join(folder, 'a.db'))

  await replaceSqlite(file, write(join(folder, 'next'), 'new'), `${file}.old`)

  expect(read(file)).toEqual(['new'])
  expect(read(`${file}.old`)).toEqual(['in the file', 'in the log'])
})

test('what is no database any more is kept as it is', async () => {
  const folder = createFolder()
  const file = join(folder, 'a.db')
  writeFileSync(file, LETTER)

  await replaceSqlite(file, write(join(folder, 'next'), 'new'), `${file}.old`)

  expect(read(file)).toEqual(['new'])
  expect(readFileSync(`${file}.old`, 'utf8')).toBe(LETTER)
})

test('what somebody reads is not replaced', { timeout: 20_000 }, async () => {
  const folder = createFolder()
  const file = writeAndDie(join(folder, 'a.db'))
  const reader = new DatabaseSync(file, { readOnly: true })
  reader.exec('begin; select * from t')

  const replacing = replaceSqlite(file, write(join(folder, 'next'), 'new'), `${file}.old`)

  await expect(replacing).rejects.toMatchObject({ code: 'database_in_use' })
  reader.close()
  expect(read(file)).toEqual(['in the file', 'in the log'])
})

test('a locked database is told, and free again when the lock is gone', async () => {
  const file = join(createFolder(), 'a.db')
  const unlock = await lockSqlite(file)

  await expect(lockSqlite(file)).rejects.toMatchObject({ code: 'database_in_use' })
  unlock()
  const again = await lockSqlite(file)

  again()
})

test('killed at any step, a replacement leaves the old database or the new one, with nothing missing', () => {
  const template = createFolder()
  writeAndDie(join(template, 'a.db'))
  write(join(template, 'next'), 'new')

  const found: unknown[] = []
  for (let step = 1; ; step++) {
    const folder = createFolder()
    cpSync(template, folder, { recursive: true })
    const { signal } = replaceAndDie(folder, step)
    found.push(read(join(folder, 'a.db')))
    expect(findDamage(join(folder, 'a.db'))).toBeUndefined()
    if (signal === null) break
  }

  const old = ['in the file', 'in the log']
  const ofNew = found.findIndex((rows) => JSON.stringify(rows) === '["new"]')
  expect(found).toEqual([...Array(ofNew).fill(old), ...Array(found.length - ofNew).fill(['new'])])
  expect(ofNew).toBeGreaterThan(5)
})

function write(file: string, ...rows: readonly string[]): string {
  const database = new DatabaseSync(file)
  database.exec('create table if not exists t (a text)')
  for (const row of rows) database.prepare('insert into t values (?)').run(row)
  database.close()
  return file
}

/** Leaves a database of which a part is in a log beside it. */
function writeAndDie(file: string): string {
  const code = `const database = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)})
    database.exec("create table t (a text); insert into t values ('in the file'); pragma journal_mode=wal")
    database.exec("pragma wal_autocheckpoint=0; insert into t values ('in the log')")
    process.kill(process.pid, 'SIGKILL')`
  expect(spawnSync(process.execPath, ['--eval', code]).signal).toBe('SIGKILL')
  expect(existsSync(`${file}-wal`)).toBe(true)
  return file
}

function read(file: string): unknown {
  const database = new DatabaseSync(file)
  try {
    return database
      .prepare('select a from t')
      .all()
      .map(({ a }) => a)
  } finally {
    database.close()
  }
}

function replaceAndDie(folder: string, step: number) {
  const code = `const { replaceSqlite } = await import(${JSON.stringify(fileURLToPath(new URL('./sqlite-files.ts', import.meta.url)))})
    await replaceSqlite('a.db', 'next', 'aside')`
  const dieAt = fileURLToPath(new URL('../../testing/die-at.ts', import.meta.url))
  const args = ['--import', dieAt, '--input-type=module', '--eval', code]
  return spawnSync(process.execPath, args, { cwd: folder, env: { ...process.env, DIE_AT: String(step) } })
}
