import type { AppError } from '@mainspring/core'
import { invalidFilter, quote } from './invalid-filter.ts'
import { type Literal, type Token, tokenise } from './tokenise.ts'

/** A filter's form, before anything is known of the fields. */
export type Node =
  | { readonly type: 'and' | 'or'; readonly position: number; readonly terms: readonly Node[] }
  | { readonly type: 'not'; readonly position: number; readonly term: Node }
  | Comparison
  | { readonly type: 'in'; readonly position: number; readonly left: Node; readonly items: readonly LiteralNode[] }
  | { readonly type: 'has'; readonly position: number; readonly field: FieldNode; readonly item: LiteralNode }
  | TextTest
  | FieldNode
  | LiteralNode

/** Two sides with a relation between them, where `position` points. */
export interface Comparison {
  readonly type: 'comparison'
  readonly position: number
  readonly relation: Relation
  readonly left: Node
  readonly right: Node
}

/** How two sides may compare. */
export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>='

/** A method of text that gives true or false. */
export interface TextTest {
  readonly type: 'contains' | 'startsWith'
  readonly position: number
  readonly field: FieldNode
  readonly text: string
}

/** A field by its name, as the last method that was called on it shows it. */
export interface FieldNode {
  readonly type: 'field'
  readonly position: number
  readonly name: string
  readonly shown: 'plain' | 'lowered' | 'folded'
}

/** A literal and its place. */
export interface LiteralNode {
  readonly type: 'literal'
  readonly position: number
  readonly literal: Literal
}

const MAX_DEPTH = 20
const MAX_CONDITIONS = 100

/**
 * Reads a filter by recursive descent, in CEL's order of precedence: `!`, then relations and `in`, `&&`, `||`.
 * Depth and number of conditions are limited, because databases limit theirs.
 */
export function parse(source: string): Node {
  const words: Words = { ...tokenise(source), index: 0, conditions: 0 }
  const node = parseOr(words, 0)
  if (peek(words).type !== 'end') throw expected(words, '&&, || or the end')
  return node
}

/** The tokens and how far they are read. */
interface Words {
  readonly tokens: readonly Token[]
  readonly end: Token
  index: number
  conditions: number
}

function parseOr(words: Words, depth: number): Node {
  return parseChain(words, 'or', '||', () => parseAnd(words, depth))
}

function parseAnd(words: Words, depth: number): Node {
  return parseChain(words, 'and', '&&', () => parseRelation(words, depth))
}

function parseChain(words: Words, type: 'and' | 'or', operator: string, parseTerm: () => Node): Node {
  const first = parseTerm()
  const terms = [first]
  while (accept(words, operator)) terms.push(parseTerm())
  return terms.length === 1 ? first : { type, position: first.position, terms }
}

function parseRelation(words: Words, depth: number): Node {
  const left = parseUnary(words, depth)
  const { text, position } = peek(words)
  if (accept(words, 'in')) {
    if (left.type === 'literal' && peek(words).text !== '[') {
      return { type: 'has', position, field: parseField(words, depth), item: left }
    }
    return { type: 'in', position, left, items: parseList(words) }
  }
  if (!isRelation(text)) return left
  words.index++
  return { type: 'comparison', position, relation: text, left, right: parseUnary(words, depth) }
}

const isRelation = (text: string): text is Relation => ['==', '!=', '<', '<=', '>', '>='].includes(text)

function parseField(words: Words, depth: number): FieldNode {
  const { position } = peek(words)
  const node = parseMember(words, depth)
  if (node.type === 'field') return node
  throw invalidFilter(position, 'in has a list on its right.')
}

function parseList(words: Words): readonly LiteralNode[] {
  expect(words, '[', 'a list in [ ]')
  const items: LiteralNode[] = []
  while (!accept(words, ']')) {
    if (items.length > 0) expect(words, ',', ', or ]')
    const item = acceptLiteral(words)
    if (!item) throw expected(words, items.length > 0 ? 'a literal' : 'a literal or ]')
    items.push(item)
  }
  return items
}

function parseUnary(words: Words, depth: number): Node {
  const { position } = peek(words)
  if (accept(words, '!')) return { type: 'not', position, term: parseUnary(words, deeper(words, depth)) }
  return parseMember(words, depth)
}

function parseMember(words: Words, depth: number): Node {
  let node = parsePrimary(words, depth)
  while (accept(words, '.')) node = parseMethod(words, node)
  return node
}

function parseMethod(words: Words, target: Node): Node {
  const { text: method, position } = peek(words)
  if (method !== 'contains' && method !== 'startsWith' && method !== 'lowerAscii' && method !== 'folded') {
    throw expected(words, 'contains, startsWith, lowerAscii or folded')
  }
  if (target.type !== 'field') throw invalidFilter(position, `${method}() is called on a field.`)
  words.index++
  expect(words, '(', '(')
  const node: Node =
    method === 'lowerAscii' || method === 'folded'
      ? { ...target, shown: method === 'folded' || target.shown === 'folded' ? 'folded' : 'lowered' }
      : { type: method, position, field: target, text: parseText(words) }
  expect(words, ')', ')')
  return node
}

function parsePrimary(words: Words, depth: number): Node {
  const literal = acceptLiteral(words)
  if (literal) return literal
  const { type, text: name, position } = peek(words)
  if (accept(words, '(')) {
    const node = parseOr(words, deeper(words, depth))
    expect(words, ')', '&&, || or )')
    return node
  }
  if (type !== 'name' || name === 'in') throw expected(words, 'a field, a literal, ! or (')
  if (++words.conditions > MAX_CONDITIONS) {
    throw invalidFilter(position, `A filter has at most ${MAX_CONDITIONS} conditions.`, { limit: MAX_CONDITIONS })
  }
  words.index++
  return { type: 'field', position, name, shown: 'plain' }
}

/** A literal, or `timestamp('…')`. */
function acceptLiteral(words: Words): LiteralNode | undefined {
  const { literal, text, position } = peek(words)
  if (literal) {
    words.index++
    return { type: 'literal', position, literal }
  }
  if (text !== 'timestamp' || words.tokens[words.index + 1]?.text !== '(') return undefined
  words.index += 2
  const value = parseText(words)
  expect(words, ')', ')')
  return { type: 'literal', position, literal: { type: 'timestamp', value } }
}

function parseText(words: Words): string {
  const { literal } = peek(words)
  if (literal?.type !== 'text') throw expected(words, 'text in quotes')
  words.index++
  return literal.value
}

function deeper(words: Words, depth: number): number {
  if (depth < MAX_DEPTH) return depth + 1
  throw invalidFilter(peek(words).position, `A filter nests at most ${MAX_DEPTH} deep.`, { limit: MAX_DEPTH })
}

function peek({ tokens, index, end }: Words): Token {
  return tokens[index] ?? end
}

function accept(words: Words, text: string): boolean {
  const found = peek(words).text === text
  if (found) words.index++
  return found
}

function expect(words: Words, text: string, description: string): void {
  if (!accept(words, text)) throw expected(words, description)
}

function expected(words: Words, description: string): AppError {
  const { type, text, position } = peek(words)
  return invalidFilter(position, `expected ${description}, found ${type === 'end' ? 'the end' : quote(text)}.`)
}
