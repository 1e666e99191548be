import { invalidFilter, quote } from './invalid-filter.ts'

/** A value as a filter spells it. */
export type Literal =
  | { readonly type: 'text' | 'timestamp'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' }

/** A word of a filter, as written in `text`. `position` counts code points from 0. */
export interface Token {
  readonly type: 'name' | 'symbol' | 'literal' | 'end'
  readonly text: string
  readonly position: number
  readonly literal?: Literal
}

const MAX_LENGTH = 10_000

/** Splits a filter into words and the `end` after them. The time it takes grows with the length, which is limited. */
export function tokenise(source: string): { readonly tokens: readonly Token[]; readonly end: Token } {
  if (source.length > MAX_LENGTH) {
    throw invalidFilter(0, `A filter has at most ${MAX_LENGTH} characters.`, { limit: MAX_LENGTH })
  }
  const tokens: Token[] = []
  let position = 0
  for (let index = 0; index < source.length; ) {
    const [text, read] = matchWord(source, index, position)
    if (read) tokens.push({ type: 'symbol', text, position, ...read(text, position) })
    index += text.length
    position += countCodePoints(text)
  }
  return { tokens, end: { type: 'end', text: '', position } }
}

type Read = (text: string, position: number) => Partial<Token>

function matchWord(source: string, index: number, position: number): readonly [text: string, read: Read | undefined] {
  for (const { pattern, read } of WORDS) {
    pattern.lastIndex = index
    const match = pattern.exec(source)
    if (match) return [match[0], read]
  }
  const [found = ''] = source.slice(index).match(/^[\w.-]+|^./su) ?? []
  if (/["']/.test(found)) throw invalidFilter(position, 'The text that begins here does not end.')
  if (/^[\d.-]+\w/.test(found)) throw invalidFilter(position, `${quote(found)} is not a number.`)
  throw invalidFilter(
    position,
    `${quote(found)} has no meaning here; the operators are ==, !=, <, <=, >, >=, in, &&, || and !.`,
  )
}

const WORDS: readonly { readonly pattern: RegExp; readonly read?: Read }[] = [
  { pattern: /[ \t\n\f\r]+/y },
  { pattern: /[rR](?:'[^'\n\r]*'|"[^"\n\r]*")/y, read: (text, position) => readText(text.slice(2, -1), position) },
  { pattern: /'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*"/y, read: readQuoted },
  { pattern: /-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y, read: readNumber },
  { pattern: /[A-Za-z_]\w*/y, read: readName },
  { pattern: /==|!=|<=|>=|&&|\|\||[<>!()[\],.]/y, read: () => ({ type: 'symbol' }) },
]

function readName(text: string): Partial<Token> {
  if (text === 'null') return { type: 'literal', literal: { type: 'null' } }
  if (text !== 'true' && text !== 'false') return { type: 'name' }
  return { type: 'literal', literal: { type: 'boolean', value: text === 'true' } }
}

/** A whole number must be one that a double holds exactly; with a point or an exponent it is the nearest double, as in CEL. */
function readNumber(text: string, position: number): Partial<Token> {
  const value = Number(text)
  const whole = /^-?\d+$/.test(text)
  if (whole ? !Number.isSafeInteger(value) : !Number.isFinite(value)) {
    throw invalidFilter(
      position,
      `${quote(text)} is out of range${whole ? '; whole numbers end at ±9007199254740991' : ''}.`,
    )
  }
  return { type: 'literal', literal: { type: 'number', value } }
}

function readQuoted(text: string, position: number): Partial<Token> {
  const value = text.slice(1, -1).replace(ESCAPE, (sequence, offset: number) => {
    const decoded = decodeEscape(sequence)
    if (decoded !== undefined) return decoded
    const before = countCodePoints(text.slice(0, offset + 1))
    throw invalidFilter(position + before, `${quote(sequence)} is not an escape sequence; a backslash is written \\\\.`)
  })
  return readText(value, position)
}

/** A backslash and what belongs to it, whether that is known or not. */
const ESCAPE = /\\(?:[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2}|.)/gsu

function decodeEscape(sequence: string): string | undefined {
  if (sequence.length === 2) return ESCAPED[sequence.charAt(1)]
  const octal = /^\\\d/.test(sequence)
  const point = Number.parseInt(sequence.slice(octal ? 1 : 2), octal ? 8 : 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}

const ESCAPED: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '?': '?', '"': '"', "'": "'", '`': '`' },
}

/** Neither PostgreSQL nor the drivers take all that a JavaScript string may hold. */
function readText(value: string, position: number): Partial<Token> {
  if (value.includes('\0') || !value.isWellFormed()) throw invalidFilter(position, 'Text is Unicode, without NUL.')
  return { type: 'literal', literal: { type: 'text', value } }
}

const countCodePoints = (text: string): number => [...text].length
