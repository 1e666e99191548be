import { boolean, collectErrors, type Fields, factsOf, integer, invalid, text } from '@mainspring/core'
import {
  boundaryOf,
  type Entity,
  type OrderTerm,
  type RowOf,
  type ShapedCondition,
  type SqlBool,
  sql,
  totalOrder,
  writeVerbatim,
} from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { boundedPage, inTurn } from './bulk.ts'
import { parseFilter } from './filter/check.ts'
import { outlineOf } from './filter/outline.ts'
import { toSql } from './filter/to-sql.ts'
import type { Standard } from './methods.ts'
import { findLinked, isLinked, type Through } from './through.ts'

/** The query parameters of every list. */
export const listParameters = {
  max_page_size: integer({
    min: 0,
    default: 50,
    description: 'At most so many results; more than 1000 is lowered to 1000.',
  }),
  page_token: text({ optional: true, description: 'The `next_page_token` of the page before.' }),
  skip: integer({ min: 0, max: 10_000, default: 0, description: 'Passes over so many results.' }),
  filter: text({ optional: true, max: 10_000, description: 'A condition on fields; see docs/filtering.md.' }),
  order_by: text({ optional: true, max: 1_000, description: 'Fields in order of weight, `-` for descending.' }),
  show_total_size: boolean({ default: false, description: 'Also answers how many results there are in all.' }),
} satisfies Fields

const DEFAULT_PAGE_SIZE = 50
const LARGEST_PAGE_SIZE = 1_000

/** A list of the rows whose `column` refers to the row of `parent` that the path names, or whose links do. */
export interface Under {
  readonly parent: Entity
  readonly column: string
  readonly parameter: string
  readonly through?: Through
}

/** Makes what answers the pages of an entity's list: of all rows, or of those under one of another entity. */
export function createLister(
  { runtime, entity, present }: Standard,
  under?: Under,
): (request: Request) => Promise<Reply> {
  const { engine, reader } = runtime.database
  const orderable = Object.entries(entity.all_fields)
    .filter(([, field]) => factsOf(field).options.order)
    .map(([name]) => name)

  return (request) => {
    const limit = Math.min(Number(request.query.max_page_size) || DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE)
    return inTurn('read', limit, () => answer(request, limit))
  }

  async function answer(request: Request, limit: number): Promise<Reply> {
    const { page_token, skip, filter, order_by, show_total_size } = request.query
    const parent = under && (await reader.get(under.parent, request.params[under.parameter] ?? '')).id
    const { order, where, identity, after } = readPlace(textOf(order_by), textOf(filter), textOf(page_token), parent)

    const page = await boundedPage(reader, entity, { order, limit, skip: Number(skip), where, after })
    const total_size = show_total_size ? await reader.count(entity, where?.expression()) : undefined

    const said = await saidOf(page.rows, parent)
    const last = page.rows.at(-1)
    const next = page.more && last ? runtime.tokens.seal(boundaryOf(order, last), identity) : undefined
    return {
      status: 200,
      ...(next === undefined ? {} : { headers: { link: `<${nextLink(request, next)}>; rel="next"` } }),
      body: writeVerbatim(
        {
          results: page.rows.map(said ? (row) => ({ ...present(row), ...said.get(row.id) }) : present),
          next_page_token: next,
          total_size,
        },
        page.json,
      ),
    }
  }

  /** What a list holds, and where in it a page begins. A wrong order and a wrong filter are told at once; a token is only good with both. */
  function readPlace(orderBy: string, filter: string, token: string, parent: string | undefined) {
    let order: readonly OrderTerm[] = []
    let where: ShapedCondition | undefined
    const readers = [
      () => {
        order = parseOrder(orderable, orderBy)
      },
      () => {
        where = filter === '' ? undefined : readFilter(filter)
      },
    ]
    collectErrors(
      readers,
      (read) => read(),
      () => '',
    )
    if (under && parent !== undefined) where = narrowed(where, entity, under, parent)
    const identity = JSON.stringify([entity.collection, filter, order, ...(under ? [under.column, parent] : [])])
    return { order, where, identity, after: token === '' ? undefined : runtime.tokens.open(token, identity) }
  }

  async function saidOf(rows: readonly RowOf<unknown>[], parent: string | undefined) {
    if (!under?.through || parent === undefined) return undefined
    return findLinked(reader, under.through, entity, { parent, ids: rows.map(({ id }) => id) })
  }

  function readFilter(source: string): ShapedCondition {
    const filter = parseFilter(source, entity.all_fields)
    return { ...outlineOf(filter, engine.encode), expression: () => toSql(filter, engine.name, engine.encode) }
  }
}

/** What is asked for, of the rows that refer to one other. */
const narrowed = (
  where: ShapedCondition | undefined,
  entity: Entity,
  { column, through }: Under,
  id: string,
): ShapedCondition => ({
  shape: `under ${through?.link.name ?? ''} ${column} ${where?.shape ?? ''}`,
  values: [id, ...(where?.values ?? [])],
  expression() {
    const isUnder = through ? isLinked(through, entity, id) : sql<SqlBool>`${sql.ref(column)} = ${id}`
    return where ? sql<SqlBool>`${isUnder} and (${where.expression()})` : isUnder
  },
})

const NEWEST_LAST = totalOrder([{ field: 'create_time', descending: false }])

/** Reads `name,-create_time`; an empty text is the default order. Throws `invalid_order`. */
function parseOrder(orderable: readonly string[], source: string): readonly OrderTerm[] {
  if (source.trim() === '') return NEWEST_LAST
  const terms = source.split(',').map((part): OrderTerm => {
    const name = part.trim()
    const descending = name.startsWith('-')
    return { field: descending ? name.slice(1) : name, descending }
  })
  for (const [index, { field }] of terms.entries()) {
    if (!orderable.includes(field)) {
      throw invalidOrder(`${field || 'An empty name'} is no field to order by; these are: ${orderable.join(', ')}.`)
    }
    if (terms.findIndex((term) => term.field === field) < index) throw invalidOrder(`${field} is there twice.`)
  }
  return totalOrder(terms)
}

const invalidOrder = (detail: string) => invalid('invalid_order', { field: 'order_by', detail })

function nextLink({ path, query }: Request, token: string): string {
  const { skip: _, ...rest } = query
  const given = Object.entries({ ...rest, page_token: token }).filter(([, value]) => value !== null)
  return `${path}?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
