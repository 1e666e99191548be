import { type FieldKind, factsOf } from '@mainspring/core'
import { type CompiledQuery, type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Engine } from './engine.ts'
import type { Entity, RowOf } from './entity.ts'
import type { AnyTables } from './query.ts'
import { readColumns } from './statements.ts'

/** One part of an order. Null sorts smallest: first ascending, last descending. */
export interface OrderTerm {
  readonly field: string
  readonly descending: boolean
}

/** A row's values in an order's fields, as JSON has them: where a page ended. */
export type Boundary = readonly unknown[]

/** Where a page that ends with this row ends. */
export const boundaryOf = (order: readonly OrderTerm[], row: RowOf<unknown>): Boundary =>
  order.map(({ field }): unknown => Reflect.get(row, field))

/**
 * A condition of which many are alike but for their values: what was compiled for one is used again for all of its shape.
 * `values` are bound, already encoded, in the order in which `expression` binds them.
 */
export interface ShapedCondition {
  readonly shape: string
  readonly values: readonly unknown[]
  readonly expression: () => Expression<SqlBool>
}

/** Which page of a list is wanted. */
export interface PageRequest {
  /** Must end with `id`, see `totalOrder`. */
  readonly order: readonly OrderTerm[]
  readonly limit: number
  readonly after?: Boundary | undefined
  readonly skip?: number | undefined
  readonly where?: Expression<SqlBool> | ShapedCondition | undefined
}

/** The order with `id` to break ties, in the direction of the term before it, so that one index serves both ways. */
export function totalOrder(terms: readonly OrderTerm[]): readonly OrderTerm[] {
  const end = terms.findIndex((term) => term.field === 'id')
  if (end >= 0) return terms.slice(0, end + 1)
  return [...terms, { field: 'id', descending: terms.at(-1)?.descending ?? false }]
}

/** A page's SQL with its parameters; `hot` when the same SQL will come again. */
export interface PageStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly hot: boolean
}

/** Makes the statements of an entity's pages. */
export type Pager = (request: PageRequest) => PageStatement

/** Queries that are kept, and how often one must have come before it counts as hot. */
const MOST_KEPT = 500
const MOST_HOT = 200
const HOT_AFTER = 3

interface Kept {
  readonly query: CompiledQuery
  uses: number
  hot: boolean
}

/**
 * Compiles pages (keyset: Winand, "No Offset", https://use-the-index-luke.com/no-offset). What was compiled is kept by its
 * shape, those used last. Clients decide how many shapes there are, and what a server has prepared stays there: only so many
 * that came again are hot.
 */
export function createPager(engine: Engine, builder: Kysely<AnyTables>, entity: Entity): Pager {
  const kept = new Map<string, Kept>()
  let hotOnes = 0

  function keep(shape: string, request: PageRequest): Kept {
    const known = kept.get(shape)
    const entry = known ?? { query: pageQuery(engine, builder, entity, request), uses: 0, hot: false }
    entry.uses += 1
    if (!entry.hot && entry.uses >= HOT_AFTER && hotOnes < MOST_HOT) {
      entry.hot = true
      hotOnes += 1
    }
    if (known && kept.size < MOST_KEPT) return entry
    kept.delete(shape)
    kept.set(shape, entry)
    const oldest = kept.size > MOST_KEPT ? kept.entries().find(([, { hot }]) => !hot) : undefined
    if (oldest) kept.delete(oldest[0])
    return entry
  }

  return (request) => {
    const shape = shapeOf(request)
    const { query, hot } =
      shape === undefined ? { query: pageQuery(engine, builder, entity, request), hot: false } : keep(shape, request)
    const values = request.where && 'values' in request.where ? request.where.values : undefined
    let next = 0
    const parameters = query.parameters.map((each) =>
      each instanceof Blank ? each.fill(request, hot) : values ? values[next++] : each,
    )
    return { sql: query.sql, parameters, hot }
  }
}

/** What decides the SQL of a page; undefined where that is not known without compiling it. */
function shapeOf({ order, after, skip, where }: PageRequest): string | undefined {
  if (where && !('shape' in where)) return undefined
  const orders = order.map(
    ({ field, descending }, index) => `${descending ? '-' : ''}${field}${after?.[index] === null ? ' null' : ''}`,
  )
  return `${orders.join()} ${after ? 'after' : ''} ${skip ? 'skip' : ''} ${where?.shape ?? ''}`
}

/** Stands in compiled SQL for what differs from request to request. */
class Blank {
  readonly fill: (request: PageRequest, hot: boolean) => unknown

  constructor(fill: (request: PageRequest, hot: boolean) => unknown) {
    this.fill = fill
  }
}

function pageQuery(engine: Engine, builder: Kysely<AnyTables>, entity: Entity, request: PageRequest): CompiledQuery {
  const { order, after, skip, where } = request
  let query = builder.selectFrom(entity.name).select(readColumns(entity))
  if (where) query = query.where('shape' in where ? where.expression() : where)
  if (after) query = query.where(afterBoundary(engine, entity, order, after))
  for (const { field, descending } of order) query = query.orderBy(orderBy(engine, entity, field, descending))
  query = query.limit(sql<number>`${new Blank(({ limit }, hot) => count(engine, limit, hot))}`)
  if (skip) query = query.offset(sql<number>`${new Blank(({ skip = 0 }, hot) => count(engine, skip, hot))}`)
  return query.compile()
}

/** MySQL takes a prepared LIMIT as text, where the driver would send a double. */
const count = (engine: Engine, value: number, hot: boolean): unknown =>
  engine.name === 'mysql' && hot ? String(value) : value

function orderBy(engine: Engine, entity: Entity, field: string, descending: boolean): RawBuilder<unknown> {
  const direction = sql.raw(descending ? 'desc' : 'asc')
  // PostgreSQL alone sorts nulls largest.
  const nulls = sql.raw(
    engine.name === 'postgres' && isNullable(entity, field) ? (descending ? ' nulls last' : ' nulls first') : '',
  )
  return sql`${sql.ref(field)} ${direction}${nulls}`
}

/**
 * What comes after a boundary: `a > x OR (a = x AND (b > y OR …))`. Where all terms go one way and no value may be null,
 * it is a row comparison, which SQLite and PostgreSQL answer from one range of the index; MariaDB and MySQL do that for
 * the longer form.
 */
function afterBoundary(
  engine: Engine,
  entity: Entity,
  order: readonly OrderTerm[],
  boundary: Boundary,
): Expression<SqlBool> {
  const [first] = order
  const terms = order.map((term, index) => ({
    ...term,
    column: sql.ref(term.field),
    nullable: isNullable(entity, term.field),
    value: boundary[index] ?? null,
    bound: sql.val(new Blank(({ after }) => engine.encode(kindOf(entity, term.field), after?.[index] ?? null))),
  }))
  const uniform = terms.every((term) => term.descending === first?.descending && !term.nullable)
  if (uniform && engine.name !== 'mysql') {
    const compare = sql.raw(first?.descending ? '<' : '>')
    return sql<SqlBool>`(${sql.join(terms.map((term) => term.column))}) ${compare} (${sql.join(terms.map((term) => term.bound))})`
  }
  return terms.reduceRight<RawBuilder<SqlBool>>((rest, { column, value, bound, nullable, descending }, index) => {
    const isLast = index === terms.length - 1
    const beyond = beyondValue(column, value, bound, nullable, descending)
    const same = value === null ? sql<SqlBool>`${column} is null` : sql<SqlBool>`${column} = ${bound}`
    return isLast ? beyond : sql<SqlBool>`(${beyond} or (${same} and ${rest}))`
  }, sql<SqlBool>`false`)
}

function beyondValue(
  column: RawBuilder<unknown>,
  value: unknown,
  bound: RawBuilder<unknown>,
  nullable: boolean,
  descending: boolean,
): RawBuilder<SqlBool> {
  if (value === null) return descending ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${column} is not null`
  if (!descending) return sql<SqlBool>`${column} > ${bound}`
  return nullable ? sql<SqlBool>`(${column} < ${bound} or ${column} is null)` : sql<SqlBool>`${column} < ${bound}`
}

const isNullable = (entity: Entity, name: string): boolean => {
  const field = entity.columns[name]
  return field !== undefined && factsOf(field).options.optional === true
}

const kindOf = (entity: Entity, name: string): FieldKind => {
  const field = entity.columns[name]
  return field === undefined ? 'text' : factsOf(field).kind
}
