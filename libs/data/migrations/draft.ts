import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineName } from '../engine.ts'
import { describeTable, type Table, type TableSnapshot } from '../table.ts'
import type { Renames } from './compare.ts'
import { draftServer } from './draft-server.ts'
import { draftSqlite } from './draft-sqlite.ts'
import { checkLimits } from './limits.ts'
import { diffTables, type Step } from './steps.ts'

/** What to draft a migration from. */
export interface Draft {
  /** Holds `snapshot.json` and a folder of SQL files for each engine. */
  readonly directory: string
  /** What the migration is for, in snake_case; the file is called `0002_<name>.sql`. */
  readonly name: string
  readonly tables: readonly Table[]
  /** What was renamed, the old name to the new: `{ sprockets: 'cogs', 'sprockets.teeth': 'tooth_count' }`. */
  readonly renames?: Renames
}

/** A step as it stands in a file: its statements without semicolons. */
export interface DraftedStep {
  readonly title: string
  readonly remarks: readonly string[]
  readonly statements: readonly string[]
}

/**
 * Writes a migration from the last snapshot to the tables as they are now, for each engine, and the new snapshot.
 * Returns the files, relative to the directory; none when nothing has changed. What it writes is to be read and, where a
 * remark asks for it, completed before it is committed.
 */
export async function draftMigration({ directory, name, tables, renames }: Draft): Promise<readonly string[]> {
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) throw new Error(`A migration's name is in snake_case; ${name} is not.`)
  const after = tables.map(describeTable)
  after.forEach(checkLimits)
  const steps = diffTables(await readSnapshot(directory), after, renames)
  if (steps.length === 0) return []
  const file = `${String(await nextNumber(directory)).padStart(4, '0')}_${name}.sql`
  const files = await Promise.all(
    ENGINES.map(async (engine) => {
      await mkdir(join(directory, engine), { recursive: true })
      await writeFile(join(directory, engine, file), print(drafts[engine](steps)), { flag: 'wx' })
      return join(engine, file)
    }),
  )
  await writeFile(join(directory, SNAPSHOT), `${JSON.stringify(after, null, 2)}\n`)
  return [...files, SNAPSHOT]
}

/** Whether the last snapshot is of these tables, so that no migration is missing. */
export async function isDrafted(directory: string, tables: readonly Table[]): Promise<boolean> {
  return diffTables(await readSnapshot(directory), tables.map(describeTable)).length === 0
}

const ENGINES = ['sqlite', 'postgres', 'mysql'] as const
const SNAPSHOT = 'snapshot.json'

const drafts: Readonly<Record<EngineName, (steps: readonly Step[]) => readonly DraftedStep[]>> = {
  sqlite: draftSqlite,
  postgres: (steps) => draftServer('postgres', steps),
  mysql: (steps) => draftServer('mysql', steps),
}

async function readSnapshot(directory: string): Promise<readonly TableSnapshot[]> {
  const content = await readFile(join(directory, SNAPSHOT), 'utf8').catch(toleratingAbsence('[]'))
  return JSON.parse(content)
}

async function nextNumber(directory: string): Promise<number> {
  const names = await Promise.all(
    ENGINES.map((engine) => readdir(join(directory, engine)).catch(toleratingAbsence([]))),
  )
  return Math.max(0, ...names.flat().map((name) => Number.parseInt(name, 10) || 0)) + 1
}

function toleratingAbsence<T>(fallback: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== 'ENOENT') throw error
    return fallback
  }
}

function print(steps: readonly DraftedStep[]): string {
  if (steps.length === 0) return '-- nothing to do on this engine\n'
  return steps
    .map(({ title, remarks, statements }) =>
      [
        `-- step: ${title}`,
        ...remarks.map((remark) => `-- ${remark}`),
        ...statements.map((statement) => `${statement};`),
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n')
}
