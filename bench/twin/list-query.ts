import type { ColumnKind, Resource } from '../resources/resource.ts'
import { openToken, sealToken } from './page-token.ts'
import { fieldProblem } from './problem.ts'

/** The query of a list, checked, defaults taken. */
export interface ListParameters {
  readonly max_page_size: number
  readonly page_token?: string
  readonly skip: number
  readonly filter?: string
  readonly order_by?: string
  readonly show_total_size: boolean
}

/** A page's SQL; one row more than `limit` is asked for, to know whether there is more. */
export interface ListQuery {
  readonly limit: number
  readonly page: Statement
  readonly count: Statement | undefined
  /** The token of the page that begins after this row. */
  readonly seal: (last: Readonly<Record<string, unknown>>) => string
}

export interface Statement {
  readonly sql: string
  readonly values: (string | number)[]
}

/** Writes the nth parameter: `?` or `$1`. */
export type Placeholder = (index: number) => string

/** Makes the SQL of a list: comparisons joined by `&&`, an order of columns, keyset pages, all values bound. */
export function writeListQuery(
  resource: Resource,
  key: Buffer,
  parameters: ListParameters,
  from: string,
  placeholder: Placeholder,
): ListQuery {
  const { max_page_size, page_token, skip, filter = '', order_by = '', show_total_size } = parameters
  const limit = Math.min(max_page_size || 50, 1000)
  const order = readOrder(resource, order_by)
  const list = JSON.stringify([resource.collection, filter, order])
  const values: (string | number)[] = []
  const bind = (value: string | number) => placeholder(values.push(value))
  const conditions = filter === '' ? [] : readFilter(resource, filter, bind)
  const counted = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
  const count = show_total_size
    ? { sql: `select count(*) as rows from ${from}${counted}`, values: [...values] }
    : undefined
  if (page_token) conditions.push(afterBoundary(resource, order, openToken(key, page_token, list), bind))
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
  const by = order.map((term) => orderBy(resource, term)).join(', ')
  const most = ` limit ${bind(limit + 1)}${skip > 0 ? ` offset ${bind(skip)}` : ''}`
  const sql = `select ${Object.keys(resource.columns).join(', ')}, version from ${from}${where} order by ${by}${most}`
  return {
    limit,
    page: { sql, values },
    count,
    seal: (last) =>
      sealToken(
        key,
        order.map(({ column }) => last[column]),
        list,
      ),
  }
}

interface Term {
  readonly column: string
  readonly descending: boolean
}

/** Nulls come first; PostgreSQL has to be told. */
function orderBy({ nullable }: Resource, { column, descending }: Term): string {
  const direction = descending ? 'desc' : 'asc'
  return nullable.includes(column)
    ? `${column} ${direction} nulls ${descending ? 'last' : 'first'}`
    : `${column} ${direction}`
}

function readOrder({ orders }: Resource, source: string): readonly Term[] {
  const terms = (source.trim() === '' ? 'create_time' : source).split(',').map((part) => {
    const name = part.trim()
    return { column: name.replace(/^-/, ''), descending: name.startsWith('-') }
  })
  const seen = new Set<string>()
  for (const { column } of terms) {
    if (!orders.includes(column)) {
      const detail = `${column || 'An empty name'} is no field to order by; these are: ${orders.join(', ')}.`
      throw fieldProblem('invalid_order', 'order_by', detail)
    }
    if (seen.has(column)) throw fieldProblem('invalid_order', 'order_by', `${column} is there twice.`)
    seen.add(column)
  }
  return seen.has('id') ? terms : [...terms, { column: 'id', descending: terms.at(-1)?.descending ?? false }]
}

/** In one direction the row comparison that both databases answer from one range of an index; else, or with nulls, spelled out. */
function afterBoundary(
  { nullable }: Resource,
  order: readonly Term[],
  boundary: readonly (string | number | null)[],
  bind: (value: string | number) => string,
): string {
  const [first] = order
  if (order.every(({ column, descending }) => descending === first?.descending && !nullable.includes(column))) {
    const bound = boundary.map((value) => bind(value ?? ''))
    return `(${order.map(({ column }) => column).join(', ')}) ${first?.descending ? '<' : '>'} (${bound.join(', ')})`
  }
  const alternatives = order.map((term, index) => {
    const same = order.slice(0, index).map(({ column }, place) => {
      const value = boundary[place] ?? null
      return value === null ? `${column} is null` : `${column} = ${bind(value)}`
    })
    return `(${[...same, beyond(term, boundary[index] ?? null)].join(' and ')})`
  })
  return `(${alternatives.join(' or ')})`

  function beyond({ column, descending }: Term, value: string | number | null): string {
    if (value === null) return descending ? '1 = 0' : `${column} is not null`
    if (!descending) return `${column} > ${bind(value)}`
    return nullable.includes(column)
      ? `(${column} < ${bind(value)} or ${column} is null)`
      : `${column} < ${bind(value)}`
  }
}

const COMPARISON = /\s*([a-z_]\w*)\s*(==|!=|<=|>=|<|>)\s*(?:(-?\d+(?:\.\d+)?)|'([^'\\]*)'|"([^"\\]*)")\s*(&&|$)/y
const OPERATORS: Readonly<Record<string, string>> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function readFilter(
  { columns, filters, nullable }: Resource,
  source: string,
  bind: (value: string | number) => string,
): string[] {
  const conditions: string[] = []
  for (let position = 0, more = true; more; ) {
    COMPARISON.lastIndex = position
    const match = COMPARISON.exec(source)
    if (!match) throw wrongFilter(position, 'expected a comparison of a field with a literal.')
    const [, name = '', operator = '', number, single, double, joint] = match
    const kind = columns[name]
    if (kind === undefined || !filters.includes(name)) {
      throw wrongFilter(position, `${name} is no field to filter by; there are ${filters.join(', ')}.`)
    }
    const value = number === undefined ? (single ?? double ?? '') : Number(number)
    if (!isOf(kind, value)) throw wrongFilter(position, `${name} is of another type.`)
    const condition = `${name} ${OPERATORS[operator]} ${bind(value)}`
    conditions.push(operator === '!=' && nullable.includes(name) ? `(${condition} or ${name} is null)` : condition)
    position = COMPARISON.lastIndex
    more = joint === '&&'
  }
  return conditions
}

function isOf(kind: ColumnKind, value: string | number): boolean {
  if (typeof value === 'number') return kind === 'integer' || kind === 'number'
  return kind === 'text' || ((kind === 'date' || kind === 'timestamp') && !Number.isNaN(Date.parse(value)))
}

const wrongFilter = (position: number, detail: string) =>
  fieldProblem('invalid_filter', 'filter', `At position ${position}: ${detail}`, { position })
