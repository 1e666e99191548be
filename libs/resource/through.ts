import type { Fields } from '@mainspring/core'
import {
  createBuilder,
  type Entity,
  type Expression,
  type Reader,
  type RowOf,
  referenceOf,
  type SqlBool,
  sql,
  totalOrder,
} from '@mainspring/data'

/** An entity whose rows link those of two others. */
export interface Through {
  readonly link: Entity
  /** The reference to what it is listed under. */
  readonly column: string
}

/**
 * Lists an entity under another to which rows of a third link it, of which there is one for each two. An answer also says what
 * the link says besides its references.
 *
 *     resource(Extra, { list: true, listUnder: [through(PizzaExtra, 'pizza_id')] }) // GET /v1/pizzas/{pizza_id}/extras
 */
export const through = <C extends Fields>(link: Entity<C>, column: keyof C & string): Through => ({
  link: link as unknown as Entity,
  column,
})

/** What a link says besides its references. */
export const linkFields = ({ link: { fields } }: Through): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, field]) => !referenceOf(field)))

/** The reference of a link to what is listed. */
function linkedColumn({ link }: Through, listed: Entity): string {
  const found = Object.entries(link.fields).find(([, field]) => referenceOf(field)?.name === listed.name)
  if (!found) throw new Error(`${link.name} does not link ${listed.name}.`)
  return found[0]
}

/** Whether a row is linked with the one that has this id. */
export function isLinked(through: Through, listed: Entity, id: string): Expression<SqlBool> {
  const links = UNBOUND.selectFrom(through.link.name).where(through.column, '=', id)
  return sql<SqlBool>`id in ${links.select(linkedColumn(through, listed))}`
}

/** Builds what is compiled as a part of another query, by the engine of that. */
const UNBOUND = createBuilder('sqlite')

/** Finds what links say of rows, by the ids of these. */
export async function findLinked(
  reader: Reader,
  under: Through,
  listed: Entity,
  { parent, ids }: { readonly parent: string; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, object>> {
  if (ids.length === 0) return new Map()
  const linked = linkedColumn(under, listed)
  const where = sql<SqlBool>`${sql.ref(under.column)} = ${parent} and ${sql.ref(linked)} in (${sql.join(ids)})`
  const { rows } = await reader.page(under.link, { order: BY_ID, limit: ids.length, where })
  const names = Object.keys(linkFields(under))
  const said = (row: RowOf<Fields>) => Object.fromEntries(names.map((name) => [name, row[name]]))
  return new Map(rows.map((row) => [String(row[linked]), said(row)]))
}

const BY_ID = totalOrder([])
