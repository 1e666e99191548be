import type { Engine, EngineName, RawRow } from '../../engine.ts'

/** What a database says of its tables, aspect by aspect, in an order that does not depend on their history. */
export type Introspection = Readonly<Record<string, readonly RawRow[]>>

/** Asks a database for all its tables but those of the kernel: columns, constraints, keys and indexes. */
export async function introspect(engine: Engine): Promise<Introspection> {
  return engine.session(async (connection) => {
    const aspects: Record<string, readonly RawRow[]> = {}
    for (const [aspect, query] of Object.entries(queries[engine.name])) {
      const { rows } = await connection.run(query)
      const own = rows.filter((row) => !String(row.table_name).startsWith('mainspring_')).map((row) => ({ ...row }))
      aspects[aspect] = own.flatMap(readConstraints).sort(byText)
    }
    return aspects
  })
}

const queries: Readonly<Record<EngineName, Readonly<Record<string, string>>>> = {
  sqlite: {
    tables: `select name as table_name, strict from pragma_table_list where schema = 'main' and name not like 'sqlite_%'`,
    columns: `select m.name as table_name, c.name, c.type, c."notnull", c.dflt_value, c.pk
      from sqlite_master m, pragma_table_xinfo(m.name) c where m.type = 'table'`,
    // SQLite knows the names of constraints from the text alone.
    constraints: `select name as table_name, sql from sqlite_master where type = 'table'`,
    keys: `select m.name as table_name, k."from", k."table", k."to", k.on_delete
      from sqlite_master m, pragma_foreign_key_list(m.name) k where m.type = 'table'`,
    indexes: `select m.name as table_name, i.name, i."unique", x.seqno, x.name as column_name, x.desc
      from sqlite_master m, pragma_index_list(m.name) i, pragma_index_xinfo(i.name) x where m.type = 'table' and x.key`,
  },
  postgres: {
    columns: `select table_name, column_name, data_type, is_nullable, column_default, collation_name, datetime_precision
      from information_schema.columns where table_schema = current_schema()`,
    constraints: `select conrelid::regclass::text as table_name, conname, convalidated, pg_get_constraintdef(oid) as definition
      from pg_constraint where connamespace = current_schema()::regnamespace and contype <> 'n'`,
    indexes: `select tablename as table_name, indexname, replace(indexdef, current_schema() || '.', '') as definition
      from pg_indexes where schemaname = current_schema()`,
  },
  mysql: {
    tables: `select table_name as table_name, engine, table_collation
      from information_schema.tables where table_schema = database()`,
    columns: `select table_name as table_name, column_name, column_type, is_nullable, column_default, collation_name
      from information_schema.columns where table_schema = database()`,
    constraints: `select t.table_name as table_name, t.constraint_name, t.constraint_type, c.check_clause
      from information_schema.table_constraints t
      left join information_schema.check_constraints c using (constraint_schema, constraint_name)
      where t.table_schema = database()`,
    keys: `select table_name as table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
      from information_schema.key_column_usage where table_schema = database()`,
    indexes: `select table_name as table_name, index_name, non_unique, seq_in_index, column_name, collation
      from information_schema.statistics where table_schema = database()`,
  },
}

/** A table's constraints from its text, each of which stands on a line, or at the end of a column that was added. */
function readConstraints(row: RawRow): readonly RawRow[] {
  const { table_name, sql } = row
  if (typeof sql !== 'string') return [row]
  const constraints = sql.matchAll(
    /constraint ("\w+" (?:check|primary key|foreign key) (?:'[^']*'|[^'])*?)(?=,? ?\n {2}"|,\s+(?:constraint|")|\n?\) strict)/g,
  )
  return [...constraints].map(([, constraint]) => ({ table_name, constraint }))
}

const byText = (one: RawRow, other: RawRow): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)
