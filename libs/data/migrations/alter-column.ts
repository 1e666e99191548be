import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { ColumnSnapshot } from '../table.ts'
import { checkName, checkOf, defaultOf, typeOf } from './columns.ts'
import type { AlteredTable, KeptColumn } from './compare.ts'
import type { Ddl } from './ddl.ts'
import { needsValue } from './remarks.ts'

/** Adds a column. One that needs a value comes in nullable and is closed then: MySQL would make up values for old rows. */
export function addColumn(ddl: Ddl, { after: table }: AlteredTable, column: ColumnSnapshot): readonly string[] {
  const open = needsValue(column) ? { ...column, nullable: true } : column
  const alter = ddl.schema.alterTable(table.name)
  return [
    ddl.write(alter.addColumn(column.name, typeOf(ddl.engine, column), ddl.describe(open))),
    ...redefine(ddl, table.name, { before: open, after: column }),
    ...addCheck(ddl, table.name, column),
  ]
}

/** Drops a column after its check, which MariaDB would miss it in. */
export function dropColumn(
  ddl: Ddl,
  { before, after: table }: AlteredTable,
  column: ColumnSnapshot,
): readonly string[] {
  return [
    ...dropCheck(ddl, table.name, before.name, column),
    ddl.write(ddl.schema.alterTable(table.name).dropColumn(column.name)),
  ]
}

/** Alters a column of a table that has its new name already. */
export function alterColumn(ddl: Ddl, change: AlteredTable, column: KeptColumn): readonly string[] {
  const { before, after } = column
  const table = change.after.name
  const staysChecked =
    change.before.name === table && before.kind === after.kind && checkText(ddl, before) === checkText(ddl, after)
  return [
    ...(staysChecked ? [] : dropCheck(ddl, table, change.before.name, before)),
    ...(before.name === after.name
      ? []
      : [ddl.write(ddl.schema.alterTable(table).renameColumn(before.name, after.name))]),
    ...redefine(ddl, table, column),
    ...(staysChecked ? [] : addCheck(ddl, table, after)),
  ]
}

/** Gives a column, which has its new name already, its new type, default and nullability; rows without a value take the default. */
function redefine(ddl: Ddl, table: string, { before, after }: KeptColumn): readonly string[] {
  const closes = before.nullable && !after.nullable
  const open = closes ? { ...after, nullable: true } : after
  const fallback = defaultOf(ddl.engine, after)
  const ref = sql.ref(after.name)
  const fill = sql`update ${sql.table(table)} set ${ref} = ${fallback} where ${ref} is null`
  const alter = ddl.engine === 'mysql' ? redefineOnMysql : redefineOnPostgres
  return closes && fallback
    ? [...alter(ddl, table, { before, after: open }), ddl.raw(fill), ...alter(ddl, table, { before: open, after })]
    : alter(ddl, table, { before, after })
}

/** MySQL takes the whole definition at once. */
function redefineOnMysql(ddl: Ddl, table: string, column: KeptColumn): readonly string[] {
  const { before, after } = column
  const isSame = !isRetyped(ddl, column) && !isRedefaulted(column) && before.nullable === after.nullable
  const modify = ddl.schema.alterTable(table).modifyColumn(after.name, typeOf(ddl.engine, after), ddl.describe(after))
  return isSame ? [] : [ddl.write(modify)]
}

function redefineOnPostgres(ddl: Ddl, table: string, column: KeptColumn): readonly string[] {
  const { before, after } = column
  const alter = ddl.schema.alterTable(table)
  const retypes = isRetyped(ddl, column)
  const redefaults = retypes || isRedefaulted(column)
  const fallback = defaultOf(ddl.engine, after)
  // boolean casts to integer, but not to bigint
  const cast = after.kind === 'integer' ? sql`integer` : typeOf(ddl.engine, after)
  const type = sql`${typeOf(ddl.engine, after)} using ${sql.ref(after.name)}::${cast}`
  return [
    ...(redefaults && before.default !== undefined
      ? [alter.alterColumn(after.name, (column) => column.dropDefault())]
      : []),
    ...(retypes ? [alter.alterColumn(after.name, (column) => column.setDataType(type))] : []),
    ...(redefaults && fallback ? [alter.alterColumn(after.name, (column) => column.setDefault(fallback))] : []),
    ...(before.nullable && !after.nullable ? [alter.alterColumn(after.name, (column) => column.setNotNull())] : []),
    ...(!before.nullable && after.nullable ? [alter.alterColumn(after.name, (column) => column.dropNotNull())] : []),
  ].map((statement) => ddl.write(statement))
}

const isRetyped = (ddl: Ddl, { before, after }: KeptColumn): boolean =>
  ddl.raw(typeOf(ddl.engine, before)) !== ddl.raw(typeOf(ddl.engine, after))

const isRedefaulted = ({ before, after }: KeptColumn): boolean => !isDeepStrictEqual(before.default, after.default)

const checkText = (ddl: Ddl, column: ColumnSnapshot): string | undefined => {
  const check = checkOf(ddl.engine, column)
  return check && ddl.raw(check)
}

function addCheck(ddl: Ddl, table: string, column: ColumnSnapshot): readonly string[] {
  const check = checkOf(ddl.engine, column)
  return check ? [ddl.write(ddl.schema.alterTable(table).addCheckConstraint(checkName(table, column), check))] : []
}

/** `namedFor` is the table's name when the check was made. */
function dropCheck(ddl: Ddl, table: string, namedFor: string, column: ColumnSnapshot): readonly string[] {
  const drop = ddl.schema.alterTable(table).dropConstraint(checkName(namedFor, column))
  return checkOf(ddl.engine, column) ? [ddl.write(drop)] : []
}
