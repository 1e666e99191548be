import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineName } from '../engine.ts'

/** Migrations that are numbered by themselves: a service's own, or those of a lib whose tables it uses. */
export interface MigrationSet {
  /** Never changes: what is applied is kept under it. */
  readonly name: string
  /** Holds a folder of SQL files for each engine. */
  readonly directory: string
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

async function readSet(engine: EngineName, { name, directory }: MigrationSet): Promise<readonly Migration[]> {
  const files = (await readdir(join(directory, engine))).sort()
  for (const [index, file] of files.entries()) {
    if (!/^\d{4}_\w+\.sql$/.test(file))
      throw new Error(`${name}/${file} is among the migrations, but is not called like 0001_name.sql.`)
    if (file.slice(0, 4) === files[index - 1]?.slice(0, 4))
      throw new Error(`${name}/${file} has the number of ${files[index - 1]}.`)
  }
  return Promise.all(
    files.map(async (file) => ({
      set: name,
      file,
      statements: parseMigration(engine, await readFile(join(directory, engine, file), 'utf8')),
    })),
  )
}

/** Splits a migration into its statements; comments are left out but for the steps that they name. */
export function parseMigration(engine: EngineName, content: string): readonly Statement[] {
  const statements: Statement[] = []
  let step = ''
  let sql = ''
  const end = () => {
    if (sql.trim() !== '') statements.push({ step, sql: sql.trim() })
    sql = ''
  }
  for (const [token] of content.replaceAll('\r\n', '\n').matchAll(tokens[engine])) {
    if (token.startsWith('-- step: ')) step = token.slice('-- step: '.length).trim()
    else if (token === ';') end()
    else if (!/^(--|\/\*)/.test(token)) sql += token
  }
  end()
  return statements
}

const comment = /--[^\n]*|\/\*.*?\*\//
const quoted = /"(?:""|[^"])*"|`(?:``|[^`])*`|\$(?<tag>\w*)\$.*?\$\k<tag>\$/
const rest = /;|[^-/'"`$;]+|./

/** A semicolon or a dash within quotes is text. MySQL's strings have escapes. */
const tokensWith = (text: RegExp) =>
  new RegExp([comment, text, quoted, rest].map(({ source }) => source).join('|'), 'gs')
const standardTokens = tokensWith(/'(?:''|[^'])*'/)
const tokens: Readonly<Record<EngineName, RegExp>> = {
  sqlite: standardTokens,
  postgres: standardTokens,
  mysql: tokensWith(/'(?:''|\\.|[^'\\])*'/),
}

/** What statements say, as a fingerprint: comments may change, what was applied may not. */
export function checksumOf(statements: readonly Statement[]): string {
  return createHash('sha256')
    .update(statements.map(({ sql }) => sql).join(';\n'))
    .digest('hex')
}

/** How a migration is called in messages: `sprockets/0002_color.sql`. */
export const migrationName = ({ set, file }: Pick<Migration, 'set' | 'file'>): string => `${set}/${file}`
