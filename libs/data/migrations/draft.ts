import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineName } from '../engine.ts'
import { describeTable, type TableSnapshot } from '../table.ts'
import type { Renames } from './compare.ts'
import { draftServer } from './draft-server.ts'
import { draftSqlite } from './draft-sqlite.ts'
import { checkLimits } from './limits.ts'
import { MigrationError } from './migration-error.ts'
import { type MigrationSet, pathIn } from './migration-file.ts'
import { type DraftedStep, diffTables, type Step } from './steps.ts'

/**
 * Writes a migration from the last snapshot of a set to its tables as they are now, for each engine, and the new snapshot.
 * Returns the files; none when nothing has changed. The migration is called `0002_<name>.sql`. What it says is to be read
 * and, where a remark asks for it, completed before it is committed.
 *
 * `renames` leads old names to new ones, `{ sprockets: 'cogs', 'sprockets.teeth': 'tooth_count' }`; those of tables that
 * the last snapshot does not have are for another set.
 */
export function draftMigration(set: MigrationSet, name: string, renames: Renames = {}): readonly string[] {
  const word = name.replaceAll('-', '_')
  if (!/^[a-z0-9_]+$/.test(word))
    throw new MigrationError(`A migration's name has small letters, digits and hyphens; ${name} has not.`)
  const after = set.tables.map(describeTable)
  after.forEach(checkLimits)
  const before = readSnapshot(set)
  if (diffTables(before, after, renames).length === 0) return []
  const file = `${String(nextNumber(set)).padStart(4, '0')}_${word}.sql`
  const files = ENGINES.map((engine) => {
    const folder = pathIn(set, engine)
    mkdirSync(folder, { recursive: true })
    const steps = diffTables(tablesOn(engine, before), tablesOn(engine, after), renames)
    writeFileSync(join(folder, file), print(drafts[engine](steps)))
    return join(folder, file)
  })
  const snapshot = snapshotFile(set)
  writeFileSync(snapshot, `${JSON.stringify(after, null, 2)}\n`)
  return [...files, snapshot]
}

/** Whether the last snapshot is of these tables, so that no migration is missing. */
export function isDrafted(set: MigrationSet): boolean {
  return diffTables(readSnapshot(set), set.tables.map(describeTable)).length === 0
}

const ENGINES = ['sqlite', 'postgres', 'mysql'] as const

const drafts: Readonly<Record<EngineName, (steps: readonly Step[]) => readonly DraftedStep[]>> = {
  sqlite: draftSqlite,
  postgres: (steps) => draftServer('postgres', steps),
  mysql: (steps) => draftServer('mysql', steps),
}

/** Tables with the indexes that they have on an engine. */
const tablesOn = (engine: EngineName, tables: readonly TableSnapshot[]): readonly TableSnapshot[] =>
  tables.map((table) => ({
    ...table,
    indexes: table.indexes.flatMap(({ engines = ENGINES, ...index }) => (engines.includes(engine) ? [index] : [])),
  }))

const snapshotFile = (set: MigrationSet): string => pathIn(set, 'snapshot.json')

function readSnapshot(set: MigrationSet): readonly TableSnapshot[] {
  const file = snapshotFile(set)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

function nextNumber(set: MigrationSet): number {
  const folders = ENGINES.map((engine) => pathIn(set, engine)).filter((folder) => existsSync(folder))
  const numbers = folders.flatMap((folder) => readdirSync(folder)).map((file) => Number.parseInt(file, 10) || 0)
  return Math.max(0, ...numbers) + 1
}

function print(steps: readonly DraftedStep[]): string {
  if (steps.length === 0) return '-- nothing to do on this engine\n'
  const texts = steps.map(({ title, remarks, statements }) => {
    const comments = [`step: ${title}`, ...remarks].map((comment) => `-- ${comment}`)
    return [...comments, ...statements.map((statement) => `${statement};`)].join('\n')
  })
  return `${texts.join('\n\n')}\n`
}
