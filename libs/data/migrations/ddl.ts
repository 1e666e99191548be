import { type ColumnDefinitionBuilder, type Compilable, type CreateTableBuilder, type RawBuilder, sql } from 'kysely'
import type { EngineName } from '../engine.ts'
import { createBuilder } from '../query.ts'
import type { ColumnSnapshot, IndexSnapshot, TableSnapshot } from '../table.ts'
import { checkName, checkOf, defaultOf, typeOf } from './columns.ts'
import { tokensOf } from './tokens.ts'

/** Kysely for one engine, and what is said the same way in every migration. */
export type Ddl = ReturnType<typeof createDdl>

/** Writes DDL for an engine, each statement without its semicolon. */
export function createDdl(engine: EngineName) {
  const builder = createBuilder(engine)
  const write = (statement: Compilable): string => statement.compile().sql

  /** Says `default` and `not null` of a column. */
  const describe = (column: ColumnSnapshot) => (definition: ColumnDefinitionBuilder) => {
    const fallback = defaultOf(engine, column)
    // MySQL takes a default for longtext only as an expression.
    const defaulted = fallback ? definition.defaultTo(engine === 'mysql' ? sql`(${fallback})` : fallback) : definition
    return column.nullable ? defaulted : defaulted.notNull()
  }

  /** A table without its indexes, perhaps under another name; with its foreign keys only on SQLite, which cannot add them. */
  function defineTable(table: TableSnapshot, name = table.name): string {
    let create: CreateTableBuilder<string, string> = builder.schema.createTable(name)
    const number = table.is_numbered ? table.primary_key[0] : undefined
    for (const column of table.columns) {
      const definition = column.name === number ? numbered[engine] : describe(column)
      create = create.addColumn(column.name, typeOf(engine, column), definition)
    }
    // SQLite numbers only what is declared to be the key in its own column.
    if (number === undefined || engine !== 'sqlite')
      create = create.addPrimaryKeyConstraint(`${table.name}_pkey`, [...table.primary_key])
    for (const column of table.columns) {
      const check = checkOf(engine, column)
      if (check) create = create.addCheckConstraint(checkName(table.name, column), check)
    }
    for (const key of engine === 'sqlite' ? table.foreign_keys : []) {
      create = create.addForeignKeyConstraint(key.name, [key.column], key.table, ['id'])
    }
    return layOut(engine, write(tableEnd[engine] ? create.modifyEnd(sql.raw(tableEnd[engine])) : create))
  }

  /** Nulls sort smallest on all engines: PostgreSQL must be told, where there may be any. */
  function createIndex(table: TableSnapshot, index: IndexSnapshot): string {
    const nullable = new Set(table.columns.filter((column) => column.nullable).map((column) => column.name))
    const columns = index.columns.map((column) => {
      const name = column.replace('-', '')
      const isDescending = column !== name
      const nulls = engine === 'postgres' && nullable.has(name) ? ` nulls ${isDescending ? 'last' : 'first'}` : ''
      return sql`${sql.ref(name)}${sql.raw((isDescending ? ' desc' : '') + nulls)}`
    })
    const create = builder.schema.createIndex(index.name).on(table.name).columns(columns)
    return write(index.unique ? create.unique() : create)
  }

  return {
    engine,
    schema: builder.schema,
    write,
    raw: (statement: RawBuilder<unknown>): string => statement.compile(builder).sql,
    describe,
    defineTable,
    createIndex,
    createTable: (table: TableSnapshot): readonly string[] => [
      defineTable(table),
      ...table.indexes.map((index) => createIndex(table, index)),
    ],
  }
}

type Definition = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

/** A key that the database gives. AUTOINCREMENT, because without it SQLite gives the last one again when its row is gone. */
const numbered: Readonly<Record<EngineName, Definition>> = {
  sqlite: (column) => column.primaryKey().autoIncrement().notNull(),
  postgres: (column) => column.generatedByDefaultAsIdentity().notNull(),
  mysql: (column) => column.autoIncrement().notNull(),
}

const tableEnd: Readonly<Record<EngineName, string>> = {
  sqlite: 'strict',
  postgres: '',
  // The runner says utf8mb4_0900_bin instead when it meets MySQL, which has no nopad_bin.
  mysql: 'engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin',
}

/** A table's definition with one column or constraint a line, for whoever reviews it. */
function layOut(engine: EngineName, definition: string): string {
  let depth = 0
  const tokens = [...definition.matchAll(tokensOf(engine))].map(([token]) => {
    if (token === '(' && ++depth === 1) return '(\n  '
    if (token === ')' && --depth === 0) return '\n)'
    return depth === 1 && token === ',' ? ',\n ' : token
  })
  return tokens.join('')
}
