import type { Condition, Filter } from './filter.ts'
import type { Bind } from './to-sql.ts'

/** What decides a filter's SQL, and the values that are bound in it. */
export interface Outline {
  readonly shape: string
  readonly values: readonly unknown[]
}

/** Outlines a filter: filters of one shape are one SQL, with values in the order in which `toSql` binds them. */
export function outlineOf(filter: Filter, bind: Bind): Outline {
  const values: unknown[] = []
  return { shape: shapeOf(filter, bind, values), values }
}

function shapeOf(filter: Filter, bind: Bind, values: unknown[]): string {
  switch (filter.type) {
    case 'and':
    case 'or':
      return `(${filter.terms.map((term) => shapeOf(term, bind, values)).join(` ${filter.type} `)})`
    case 'not':
      return `!${shapeOf(filter.term, bind, values)}`
    default:
      return shapeOfCondition(filter, bind, values)
  }
}

function shapeOfCondition(condition: Condition, bind: Bind, values: unknown[]): string {
  const { name, kind, lowered } = condition.operand
  const given = condition.type === 'in' ? condition.values.filter((value) => value !== null) : [condition.value]
  for (const value of given) values.push(bind(condition.type === 'has' ? 'text' : kind, value))
  const withNull = condition.type === 'in' && condition.values.includes(null) ? ' null' : ''
  return `${name}${lowered ? ' lowered' : ''} ${condition.type} ${given.length}${withNull}`
}
