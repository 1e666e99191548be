import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EngineName } from '../engine.ts'
import type { Table } from '../table.ts'
import { MigrationError } from './migration-error.ts'
import { tokensOf } from './tokens.ts'

/** Some tables and the migrations that make them, numbered by themselves: a service's, or those of a lib that it uses. */
export interface MigrationSet {
  /** Never changes: what is applied is kept under it. */
  readonly name: string
  /** Holds `snapshot.json` and a folder of SQL files for each engine. */
  readonly directory: string | URL
  readonly tables: readonly Table[]
}

/** A statement without its semicolon, and the step that it belongs to. */
export interface Statement {
  readonly step: string
  readonly sql: string
}

/** A file that brings one engine's tables forward. */
export interface Migration {
  readonly set: string
  /** `0002_color.sql`; the number gives the order. */
  readonly file: string
  readonly statements: readonly Statement[]
}

/** Reads the migrations of some sets for an engine, set after set, each in its order. */
export async function readMigrations(engine: EngineName, sets: readonly MigrationSet[]): Promise<readonly Migration[]> {
  return (await Promise.all(sets.map((set) => readSet(engine, set)))).flat()
}

async function readSet(engine: EngineName, set: MigrationSet): Promise<readonly Migration[]> {
  const { name } = set
  const folder = pathIn(set, engine)
  const files = (await readdir(folder)).sort()
  for (const [index, file] of files.entries()) {
    if (!/^\d{4}_\w+\.sql$/.test(file))
      throw new MigrationError(`${name}/${file} is among the migrations, but is not called like 0001_name.sql.`)
    if (file.slice(0, 4) === files[index - 1]?.slice(0, 4))
      throw new MigrationError(`${name}/${file} has the number of ${files[index - 1]}.`)
  }
  return Promise.all(
    files.map(async (file) => ({
      set: name,
      file,
      statements: parseMigration(engine, await readFile(join(folder, file), 'utf8')),
    })),
  )
}

/** The path of something in a set's directory. */
export const pathIn = ({ directory }: MigrationSet, name: string): string =>
  join(directory instanceof URL ? fileURLToPath(directory) : directory, name)

/** Splits a migration into its statements; comments are left out but for the steps that they name. */
export function parseMigration(engine: EngineName, content: string): readonly Statement[] {
  const statements: Statement[] = []
  let step = ''
  let sql = ''
  const end = () => {
    if (sql.trim() !== '') statements.push({ step, sql: sql.trim() })
    sql = ''
  }
  for (const [token] of content.replaceAll('\r\n', '\n').matchAll(tokensOf(engine))) {
    if (token.startsWith('-- step: ')) step = token.slice('-- step: '.length).trim()
    else if (token === ';') end()
    else if (!/^(--|\/\*)/.test(token)) sql += token
  }
  end()
  return statements
}

/** What statements say, as a fingerprint: comments may change, what was applied may not. */
export function checksumOf(statements: readonly Statement[]): string {
  return createHash('sha256')
    .update(statements.map(({ sql }) => sql).join(';\n'))
    .digest('hex')
}

/** How a migration is called in messages: `sprockets/0002_color.sql`. */
export const migrationName = ({ set, file }: Pick<Migration, 'set' | 'file'>): string => `${set}/${file}`
