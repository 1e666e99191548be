import type { DatabaseSync } from 'node:sqlite'
import type { Basis, ColumnKind, Found, StoredRow, Values } from '../resources/resource.ts'

/** Reads the JSON of a row, which the driver gives as text. */
export function jsonReader(columns: Readonly<Record<string, ColumnKind>>): (row: StoredRow) => StoredRow {
  const names = Object.keys(columns).filter((name) => columns[name] === 'json')
  if (names.length === 0) return (row) => row
  return (row) => {
    for (const name of names) Reflect.set(row, name, JSON.parse(String(row[name])))
    return row
  }
}

/** Finds what a create is reckoned from. Within a transaction nobody else writes. */
export function basisReader(database: DatabaseSync, { tables }: Basis): (values: Values) => Found {
  const readers = Object.entries(tables).map(([table, { columns, idsOf }]) => {
    const names = ['id', ...Object.keys(columns)].join(', ')
    const find = database.prepare(`select ${names} from ${table} where id in (select value from json_each(?))`)
    const readJson = jsonReader(columns)
    return (values: Values) => {
      const rows = find.all(JSON.stringify(idsOf(values))) as unknown as readonly StoredRow[]
      return [table, new Map(rows.map((row) => [row.id, readJson(row)]))] as const
    }
  })
  return (values) => Object.fromEntries(readers.map((read) => read(values)))
}
