/** Where a text stops being JSON, counted from 1, and what should have been there. */
export interface Mistake {
  readonly line: number
  readonly column: number
  readonly reason: string
}

/**
 * Finds the first mistake in a text that JSON.parse refused; the engine itself names a place for some mistakes only.
 * Looks `maxDepth` levels deep; what opens one more is the mistake.
 */
export function findMistake(text: string, maxDepth: number): Mistake {
  const at = { text, offset: 0 }
  const expected = readValue(at, maxDepth) ?? 'nothing more'
  take(at, SPACE)
  const before = text.slice(0, at.offset)
  const found = text.codePointAt(at.offset)
  return {
    line: before.split('\n').length,
    column: at.offset - before.lastIndexOf('\n'),
    reason: `expected ${expected}, found ${found === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(found))}.`,
  }
}

interface Position {
  readonly text: string
  offset: number
}

/** Reads on while the text is right (so do the others); else stays there and says what was expected. */
function readValue(at: Position, depth: number): string | undefined {
  take(at, SPACE)
  if (takes(at, '"')) return readString(at)
  if (take(at, SCALAR)) return undefined
  if (depth === 0) return 'a value without parts'
  if (takes(at, '{')) return readItems(at, '}', () => readMember(at, depth - 1))
  if (takes(at, '[')) return readItems(at, ']', () => readValue(at, depth - 1))
  return 'a value'
}

function readItems(at: Position, close: string, readItem: () => string | undefined): string | undefined {
  if (takes(at, close)) return undefined
  do {
    const expected = readItem()
    if (expected) return expected
  } while (takes(at, ','))
  return takes(at, close) ? undefined : `a comma or ${close}`
}

function readMember(at: Position, depth: number): string | undefined {
  if (!takes(at, '"')) return 'a name in double quotes'
  return readString(at) ?? (takes(at, ':') ? readValue(at, depth) : 'a colon')
}

function readString(at: Position): string | undefined {
  // In pieces, since one expression for a whole text of megabytes would overflow the stack of the expression's engine.
  while (take(at, CHARACTERS)) {}
  return take(at, QUOTE) ? undefined : 'a closing double quote'
}

const SPACE = /[ \t\n\r]+/y
const QUOTE = /"/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON does not allow
const CHARACTERS = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Moves behind what the (sticky) pattern matches here. */
function take(at: Position, pattern: RegExp): boolean {
  pattern.lastIndex = at.offset
  if (!pattern.test(at.text)) return false
  at.offset = pattern.lastIndex
  return true
}

/** Moves behind this character, and any space before it. */
function takes(at: Position, char: string): boolean {
  take(at, SPACE)
  if (at.text[at.offset] !== char) return false
  at.offset += 1
  return true
}
