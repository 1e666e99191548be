import type { CompiledQuery } from 'kysely'
import type { Connection, Engine, EngineName } from '../engine.ts'
import { createBuilder } from '../query.ts'
import { MigrationError } from './migration-error.ts'
import { checksumOf, type Migration, migrationName } from './migration-file.ts'

/** What a database says of a migration that was begun on it. */
export interface Mark {
  readonly set: string
  readonly file: string
  /** Of the statements that are done. */
  readonly checksum: string
  readonly statements_done: number
  /** RFC 3339; null while statements are missing, which happens on MariaDB and MySQL alone. */
  readonly finish_time: string | null
}

/** Tells and keeps what is done of which migration. */
export interface History {
  /** Makes the table of marks if it is not there. */
  readonly create: (connection: Connection) => Promise<void>
  /** Reads all marks; none when nothing was ever migrated. */
  readonly read: (connection: Connection) => Promise<readonly Mark[]>
  /** Writes down how many statements of a migration are done. */
  readonly mark: (connection: Connection, migration: Migration, done: number) => Promise<void>
}

const TABLE = 'mainspring_migrations'

/** Where the marks are. It is made before any migration runs, so that it cannot be one itself. */
const DEFINITION = `create table if not exists ${TABLE} (
  set_name varchar(100) not null,
  file varchar(200) not null,
  checksum varchar(64) not null,
  statements_done integer not null,
  finish_time varchar(30),
  primary key (set_name, file)
)`

/** The history of a database, which is kept in itself. */
export function createHistory({ name, schema }: Pick<Engine, 'name' | 'schema'>): History {
  const builder = createBuilder(name, schema)
  const run = (connection: Connection, { sql, parameters }: CompiledQuery) => connection.run(sql, parameters)
  return {
    async create(connection) {
      await connection.run(DEFINITION)
    },

    async read(connection) {
      const { rows } = await connection.run(existence[name], schema === undefined ? [] : [schema])
      if (rows.length === 0) return []
      const marks = await run(connection, builder.selectFrom(TABLE).selectAll().compile())
      return marks.rows.map((row) => ({
        set: String(row.set_name),
        file: String(row.file),
        checksum: String(row.checksum),
        statements_done: Number(row.statements_done),
        finish_time: row.finish_time === null ? null : String(row.finish_time),
      }))
    },

    async mark(connection, { set, file, statements }, done) {
      const key = { set_name: set, file }
      const state = {
        checksum: checksumOf(statements.slice(0, done)),
        statements_done: done,
        finish_time: done === statements.length ? new Date().toISOString() : null,
      }
      const update = builder
        .updateTable(TABLE)
        .set(state)
        .where((is) => is.and(key))
      const { affected } = await run(connection, update.compile())
      if (affected === 0)
        await run(
          connection,
          builder
            .insertInto(TABLE)
            .values({ ...key, ...state })
            .compile(),
        )
    },
  }
}

const existence: Readonly<Record<EngineName, string>> = {
  sqlite: `select 1 from sqlite_master where name = '${TABLE}'`,
  postgres: `select 1 from information_schema.tables where table_schema = $1 and table_name = '${TABLE}'`,
  mysql: `select 1 from information_schema.tables where table_schema = database() and table_name = '${TABLE}'`,
}

/** A migration and what is done of it. */
export interface Progress {
  readonly migration: Migration
  readonly mark: Mark | undefined
}

/**
 * Sets what was applied beside what is there. Throws, naming the file, where the two cannot be of one history: an applied
 * file that has changed or is gone, one that came in before another that is applied, a database that is ahead of the code.
 */
export function compareHistory(migrations: readonly Migration[], marks: readonly Mark[]): readonly Progress[] {
  const sets = new Set(migrations.map(({ set }) => set))
  for (const mark of marks.filter(({ set }) => sets.has(set))) checkMark(mark, migrations)
  return migrations.map((migration) => {
    const mark = marks.find(({ set, file }) => set === migration.set && file === migration.file)
    const later = marks.find(({ set, file }) => set === migration.set && file > migration.file)
    if (!mark && later) {
      throw new MigrationError(
        `The migration ${migrationName(migration)} comes too late: ${migrationName(later)} is applied already. Give it the next number.`,
      )
    }
    return { migration, mark }
  })
}

function checkMark(mark: Mark, migrations: readonly Migration[]): void {
  const name = migrationName(mark)
  const ofSet = migrations.filter(({ set }) => set === mark.set)
  const migration = ofSet.find(({ file }) => file === mark.file)
  if (!migration) {
    throw new MigrationError(
      ofSet.every(({ file }) => file < mark.file)
        ? `The database is newer than this code: the migration ${name} is applied there, and unknown here.`
        : `The migration ${name} is applied in the database, but its file is missing.`,
    )
  }
  const { statements } = migration
  const done = mark.finish_time === null ? statements.slice(0, mark.statements_done) : statements
  if (checksumOf(done) !== mark.checksum) {
    throw new MigrationError(
      `The migration ${name} has changed since it was applied. Restore the file, and mend with a new migration.`,
    )
  }
}
