import { type Field, type Fields, factsOf, foldText, isFolded } from '@mainspring/core'
import { foldedColumn } from '@mainspring/data'
import type { Condition, Filter, FilterValue, Operand } from './filter.ts'
import { invalidFilter, quote } from './invalid-filter.ts'
import { type Comparison, type FieldNode, type LiteralNode, type Node, parse, type Relation } from './parse.ts'
import { describeType, findNeighbours } from './value.ts'

/**
 * Reads the `filter` of a list method, which may name those of the fields that are declared with `filter`. The language
 * is a subset of CEL, described in docs/filtering.md; anything else is an `invalid_filter` that says where and why.
 *
 * @example
 * const filter = parseFilter("teeth >= 5 && name.lowerAscii().contains('bolt')", Sprocket.all_fields)
 * query.where(toSql(filter, engine.name, engine.encode))
 */
export function parseFilter(source: string, fields: Fields): Filter {
  return check(parse(source), filterableOf(fields))
}

type Filterable = ReadonlyMap<string, Field>

const known = new WeakMap<Fields, Filterable>()

function filterableOf(fields: Fields): Filterable {
  const filterable =
    known.get(fields) ?? new Map(Object.entries(fields).filter(([, field]) => factsOf(field).options.filter))
  known.set(fields, filterable)
  return filterable
}

function check(node: Node, fields: Filterable): Filter {
  switch (node.type) {
    case 'and':
    case 'or':
      return { type: node.type, terms: node.terms.map((term) => check(term, fields)) }
    case 'not':
      return { type: 'not', term: check(node.term, fields) }
    case 'comparison':
      return checkComparison(node, fields)
    case 'in': {
      if (node.left.type !== 'field') throw invalidFilter(node.position, 'in has a field on its left.')
      const { left } = node
      const operand = checkField(left, fields)
      return { type: 'in', operand, values: node.items.flatMap((item) => findEqual(operand, shownAs(left, item))) }
    }
    case 'has':
      return checkHas(node.field, node.item, fields)
    case 'contains':
      return {
        type: 'contains',
        operand: checkText(node.field, node.type, fields),
        value: textAs(node.field, node.text),
      }
    case 'startsWith':
      return checkPrefix(checkText(node.field, node.type, fields), textAs(node.field, node.text))
    case 'field': {
      const operand = checkField(node, fields)
      if (operand.kind === 'boolean') return { type: 'in', operand, values: [true] }
      throw invalidFilter(node.position, `${node.name} is ${describeType(operand.kind)}; compare it with something.`)
    }
    case 'literal':
      throw invalidFilter(node.position, 'A literal is no condition; compare a field with it.')
  }
}

function checkComparison({ relation, left, right, position }: Comparison, fields: Filterable): Filter {
  if (left.type === 'field' && right.type === 'literal')
    return compare(checkField(left, fields), relation, shownAs(left, right))
  if (left.type === 'literal' && right.type === 'field')
    return compare(checkField(right, fields), MIRRORED[relation], shownAs(right, left))
  throw invalidFilter(position, `${relation} has a field on one side and a literal on the other.`)
}

const MIRRORED = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

function compare(operand: Operand, relation: Relation, literal: LiteralNode): Filter {
  if (relation === '==') return { type: 'in', operand, values: findEqual(operand, literal) }
  if (relation === '!=') return { type: 'not', term: compare(operand, '==', literal) }
  const { below, above } = findNeighbours(operand, literal)
  return { type: relation, operand, value: relation === '<' || relation === '>=' ? above : below }
}

/** The one value that equals a literal, or none if fields of this kind cannot hold it. */
function findEqual(operand: Operand, node: LiteralNode): readonly (FilterValue | null)[] {
  if (node.literal.type === 'null') return [null]
  const { below, above } = findNeighbours(operand, node)
  return below === above ? [below] : []
}

/** Texts with one prefix stand together in the order of code points: from the prefix itself up to its successor. */
function checkPrefix(operand: Operand, prefix: string): Filter {
  const from: Condition = { type: '>=', operand, value: prefix }
  const successor = findSuccessor(prefix)
  return successor === undefined ? from : { type: 'and', terms: [from, { type: '<', operand, value: successor }] }
}

/** The least text after all that have a prefix: its last code point is raised, or the one before if that is the greatest. */
function findSuccessor(prefix: string): string | undefined {
  const points = Array.from(prefix, (point) => point.codePointAt(0) ?? 0)
  const index = points.findLastIndex((point) => point < 0x10ffff)
  const last = points[index]
  if (last === undefined) return undefined
  return String.fromCodePoint(...points.slice(0, index), last === 0xd7ff ? 0xe000 : last + 1) // surrogates are no code points
}

function checkField(node: FieldNode, fields: Filterable): Operand {
  if (node.shown === 'lowered')
    return { ...checkText({ ...node, shown: 'plain' }, 'lowerAscii', fields), lowered: true }
  const field = findField(node, fields)
  const { kind, options } = factsOf(field)
  const operand = { name: node.name, kind, nullable: options.optional === true, lowered: false }
  if (node.shown === 'plain') return operand
  if (isFolded(field)) return { ...operand, name: foldedColumn(node.name) }
  const folded = [...fields].flatMap(([name, other]) => (isFolded(other) ? [name] : [])).join(', ') || 'none'
  throw invalidFilter(node.position, `${node.name} is not folded; of the fields to filter by these are: ${folded}.`)
}

function findField({ name, position }: FieldNode, fields: Filterable): Field {
  const field = fields.get(name)
  if (field) return field
  const names = [...fields.keys()].join(', ') || 'none'
  throw invalidFilter(position, `${quote(name)} is no field to filter by; there are ${names}.`)
}

/** What is compared with folded text is folded, too. */
const textAs = ({ shown }: FieldNode, given: string): string => (shown === 'folded' ? foldText(given) : given)

function shownAs(field: FieldNode, node: LiteralNode): LiteralNode {
  const { literal } = node
  return literal.type === 'text' ? { ...node, literal: { ...literal, value: textAs(field, literal.value) } } : node
}

/** A literal in a list of text. */
function checkHas(node: FieldNode, item: LiteralNode, fields: Filterable): Filter {
  const operand = checkField(node, fields)
  const { items }: ListSchema = factsOf(findField(node, fields)).schema
  if (operand.kind !== 'json' || items?.type !== 'string') {
    throw invalidFilter(
      node.position,
      `${node.name} is ${describeType(operand.kind)}; in has a list of text on its right.`,
    )
  }
  const { literal, position } = item
  if (literal.type === 'text') return { type: 'has', operand, value: literal.value }
  throw invalidFilter(position, `${node.name} is a list of text; it has no ${literal.type}.`)
}

interface ListSchema {
  readonly items?: { readonly type?: string }
}

function checkText(node: FieldNode, method: string, fields: Filterable): Operand {
  const operand = checkField(node, fields)
  if (operand.kind === 'text') return operand
  throw invalidFilter(node.position, `${node.name} is ${describeType(operand.kind)}; ${method}() is for text.`)
}
