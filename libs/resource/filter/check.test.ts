import { AppError, array, boolean, date, integer, number, oneOf, text, timestamp } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFilter } from './check.ts'

const fields = {
  name: text({ optional: true, filter: true }),
  state: oneOf(['ON_MENU', 'RETIRED'], { filter: true }),
  teeth: integer({ filter: true }),
  pitch: number({ filter: true }),
  active: boolean({ filter: true }),
  born: date({ filter: true }),
  seen: timestamp({ optional: true, filter: true }),
  secret: text(),
  parts: array(text(), { filter: true }),
  title: text({ max: 40, folded: true, filter: true }),
  sizes: array(integer(), { filter: true }),
}

const name = { name: 'name', kind: 'text', nullable: true, lowered: false }
const titleKey = { name: 'title_key', kind: 'text', nullable: false, lowered: false }
const parts = { name: 'parts', kind: 'json', nullable: false, lowered: false }
const teeth = { name: 'teeth', kind: 'integer', nullable: false, lowered: false }
const pitch = { name: 'pitch', kind: 'number', nullable: false, lowered: false }
const active = { name: 'active', kind: 'boolean', nullable: false, lowered: false }
const born = { name: 'born', kind: 'date', nullable: false, lowered: false }
const seen = { name: 'seen', kind: 'timestamp', nullable: true, lowered: false }

const is = (operand: object, ...values: readonly unknown[]) => ({ type: 'in', operand, values })
const not = (term: object) => ({ type: 'not', term })

test.each([
  ["name == 'a'", is(name, 'a')],
  ["'a' == name", is(name, 'a')],
  ["(name) == 'a'", is(name, 'a')],
  ['teeth != 3', not(is(teeth, 3))],
  ['teeth < -3', { type: '<', operand: teeth, value: -3 }],
  ['3 < teeth', { type: '>', operand: teeth, value: 3 }],
  ['3 >= teeth', { type: '<=', operand: teeth, value: 3 }],
  ['active', is(active, true)],
  ['!active', not(is(active, true))],
  ['active == false', is(active, false)],
  ['name == null', is(name, null)],
  ['name in [\'a\', null, "b"]', is(name, 'a', null, 'b')],
  ['name in []', is(name)],
  ["name.contains('%')", { type: 'contains', operand: name, value: '%' }],
  ["name.lowerAscii().contains('x')", { type: 'contains', operand: { ...name, lowered: true }, value: 'x' }],
  ["title.folded() == ' STRASSE'", is(titleKey, 'strasse')],
  ["title.folded().contains('ÄPFEL')", { type: 'contains', operand: titleKey, value: 'äpfel' }],
  ["'cog' in parts", { type: 'has', operand: parts, value: 'cog' }],
  ["!('cog' in parts)", not({ type: 'has', operand: parts, value: 'cog' })],
  ["name.lowerAscii() in ['x']", is({ ...name, lowered: true }, 'x')],
])('%s is understood', (source, filter) => {
  expect(parseFilter(source, fields)).toEqual(filter)
})

test('! binds tighter than &&, and && tighter than ||', () => {
  const filter = parseFilter('active || !active && teeth == 1 && (active || teeth == 2)', fields)

  const inner = { type: 'or', terms: [is(active, true), is(teeth, 2)] }
  const and = { type: 'and', terms: [not(is(active, true)), is(teeth, 1), inner] }
  expect(filter).toEqual({ type: 'or', terms: [is(active, true), and] })
})

test.each([
  ['teeth < 2.5', { type: '<', operand: teeth, value: 3 }],
  ['teeth <= 2.5', { type: '<=', operand: teeth, value: 2 }],
  ['teeth > -2.5', { type: '>', operand: teeth, value: -3 }],
  ['teeth >= -2.5', { type: '>=', operand: teeth, value: -2 }],
  ['teeth == 2.0', is(teeth, 2)],
  ['teeth == 2.5', is(teeth)],
  ['teeth in [1, 1.5, 2e0]', is(teeth, 1, 2)],
  ['pitch == 2', is(pitch, 2)],
  ['pitch == .5e-3', is(pitch, 0.0005)],
])('%s compares exactly', (source, filter) => {
  expect(parseFilter(source, fields)).toEqual(filter)
})

test.each([
  ["born == '2024-02-29'", is(born, '2024-02-29')],
  ["seen == '2026-01-01T00:00:00Z'", is(seen, '2026-01-01T00:00:00.000Z')],
  ["seen == timestamp('2026-01-01T02:00:00.1200+02:00')", is(seen, '2026-01-01T00:00:00.120Z')],
  ["seen == '2026-01-01T00:00:00.0001Z'", is(seen)],
  ["seen < '2026-01-01T00:00:00.0001Z'", { type: '<', operand: seen, value: '2026-01-01T00:00:00.001Z' }],
  ["seen <= '1969-12-31T23:59:59.9999Z'", { type: '<=', operand: seen, value: '1969-12-31T23:59:59.999Z' }],
  ["seen > '0001-01-01t00:00:00z'", { type: '>', operand: seen, value: '0001-01-01T00:00:00.000Z' }],
])('%s is a moment or a day', (source, filter) => {
  expect(parseFilter(source, fields)).toEqual(filter)
})

test.each([
  [String.raw`name == 'it\'s'`, "it's"],
  [String.raw`name == "\"\\\?\x41\u00e9\U0001F600\101\n"`, '"\\?Aé😀A\n'],
  [String.raw`name == r'\d'`, String.raw`\d`],
  ['name == R"\'"', "'"],
  ["name == ''", ''],
])('%s is text in the spelling of CEL', (source, value) => {
  expect(parseFilter(source, fields)).toEqual(is(name, value))
})

test.each([
  ['ab', ['ab', 'ac']],
  ['a\u{10ffff}', ['a\u{10ffff}', 'b']],
  ['\ud7ff', ['\ud7ff', '\ue000']],
  ['\u{10ffff}', ['\u{10ffff}']],
  ['', ['']],
])('texts that start with "%s" are a range', (prefix, bounds) => {
  const filter = parseFilter(`name.startsWith('${prefix}')`, fields)

  const [from, to] = bounds.map((value, index) => ({ type: index === 0 ? '>=' : '<', operand: name, value }))
  expect(filter).toEqual(to ? { type: 'and', terms: [from, to] } : from)
})

test.each([
  // Form
  ['', 0, 'expected a field, a literal, ! or (, found the end.'],
  ['teeth == ', 9, 'expected a field, a literal, ! or (, found the end.'],
  ['teeth = 5', 6, '= has no meaning here; the operators are ==, !=, <, <=, >, >=, in, &&, || and !.'],
  ['active AND active', 7, 'expected &&, || or the end, found AND.'],
  ['1 < teeth < 3', 10, 'expected &&, || or the end, found <.'],
  ['(active', 7, 'expected &&, || or ), found the end.'],
  ['active)', 6, 'expected &&, || or the end, found ).'],
  ['teeth in 5', 9, 'expected a list in [ ], found 5.'],
  ['teeth in [5 6]', 12, 'expected , or ], found 6.'],
  ['teeth in [5,]', 12, 'expected a literal, found ].'],
  ['teeth in [pitch]', 10, 'expected a literal or ], found pitch.'],
  ["'😀😀' == name && == 1", 16, 'expected a field, a literal, ! or (, found ==.'],
  ['name.size() == 1', 5, 'expected contains, startsWith, lowerAscii or folded, found size.'],
  ['name.contains(null)', 14, 'expected text in quotes, found null.'],
  ["name.contains('a', 'b')", 17, 'expected ), found ,.'],
  ['name.lowerAscii', 15, 'expected (, found the end.'],
  ["'a'.contains('b')", 4, 'contains() is called on a field.'],
  ["name.contains('a').contains('b')", 19, 'contains() is called on a field.'],
  // Words
  ["name == 'abc", 8, 'The text that begins here does not end.'],
  ["name == 'a\nb'", 8, 'The text that begins here does not end.'],
  [String.raw`name == r'\''`, 12, 'The text that begins here does not end.'],
  [String.raw`name == '😀\q'`, 10, String.raw`\q is not an escape sequence; a backslash is written \\.`],
  [String.raw`name == '\u12'`, 9, String.raw`\u is not an escape sequence; a backslash is written \\.`],
  [String.raw`name == '\U00110000'`, 9, String.raw`\U00110000 is not an escape sequence; a backslash is written \\.`],
  [String.raw`name == '\x00'`, 8, 'Text is Unicode, without NUL.'],
  ["name == '\0'", 8, 'Text is Unicode, without NUL.'],
  ["name == r'\ud800'", 8, 'Text is Unicode, without NUL.'],
  ['teeth == 12abc', 9, '12abc is not a number.'],
  ['teeth == 0x1F', 9, '0x1F is not a number.'],
  ['teeth == 1.2.3', 9, '1.2.3 is not a number.'],
  ['teeth == 9007199254740992', 9, '9007199254740992 is out of range; whole numbers end at ±9007199254740991.'],
  ['pitch == 1e999', 9, '1e999 is out of range.'],
  // Types
  [
    'nme == 1',
    0,
    'nme is no field to filter by; there are name, state, teeth, pitch, active, born, seen, parts, title, sizes.',
  ],
  ["active && secret == 'x'", 10, expect.stringMatching(/^secret is no field to filter by; /)],
  ['constructor == null', 0, expect.stringMatching(/^constructor is no field to filter by; /)],
  [`${'x'.repeat(60)} == 1`, 0, expect.stringMatching(/^x{40}… is no field to filter by; /)],
  ["teeth == 'five'", 9, 'teeth is an integer; it cannot be compared with text.'],
  ['teeth == true', 9, 'teeth is an integer; it cannot be compared with a boolean.'],
  ["teeth in [1, 'x']", 13, 'teeth is an integer; it cannot be compared with text.'],
  ['1 == name', 0, 'name is text; it cannot be compared with a number.'],
  ['active == 1', 10, 'active is a boolean; it cannot be compared with a number.'],
  ["parts == 'a'", 9, 'parts is a list or an object; it cannot be compared with text.'],
  ["born == timestamp('2026-01-01T00:00:00Z')", 8, 'born is a date; it cannot be compared with a timestamp.'],
  ['seen == 5', 8, 'seen is a timestamp; it cannot be compared with a number.'],
  ['teeth < null', 8, 'null has no order; compare it with == or !=.'],
  ['teeth < 1e300', 8, '1e+300 is out of range; teeth is an integer, and those end at ±9007199254740991.'],
  ["born == '2026-02-30'", 8, '2026-02-30 is no date; write it like 2026-01-31.'],
  ["born == '0000-01-01'", 8, '0000-01-01 is no date; write it like 2026-01-31.'],
  ["seen == '2026-01-31'", 8, '2026-01-31 is no timestamp; write it like 2026-01-31T12:00:00Z.'],
  ["seen == '2026-02-30T00:00:00Z'", 8, expect.stringMatching(/ is no timestamp; /)],
  ["seen == '2026-01-01T24:00:00Z'", 8, expect.stringMatching(/ is no timestamp; /)],
  ["seen == '0001-01-01T00:00:00+00:01'", 8, expect.stringMatching(/ is no timestamp; /)],
  ["seen > '9999-12-31T23:59:59.9999Z'", 7, expect.stringMatching(/ is no timestamp; /)],
  ['name', 0, 'name is text; compare it with something.'],
  ['active || true', 10, 'A literal is no condition; compare a field with it.'],
  ['teeth == pitch', 6, '== has a field on one side and a literal on the other.'],
  ['1 == 1', 2, '== has a field on one side and a literal on the other.'],
  ['!active == true', 8, '== has a field on one side and a literal on the other.'],
  ['1 in [1]', 2, 'in has a field on its left.'],
  ['1 in 2', 5, 'in has a list on its right.'],
  ["'a' in name", 7, 'name is text; in has a list of text on its right.'],
  ['1 in sizes', 5, 'sizes is a list or an object; in has a list of text on its right.'],
  ['1 in parts', 0, 'parts is a list of text; it has no number.'],
  ['name.folded() == null', 0, 'name is not folded; of the fields to filter by these are: title.'],
  ["teeth.contains('1')", 0, 'teeth is an integer; contains() is for text.'],
  ["born.startsWith('2026')", 0, 'born is a date; startsWith() is for text.'],
  ["teeth.lowerAscii() == 'x'", 0, 'teeth is an integer; lowerAscii() is for text.'],
])('%j is refused at %i', (source, position, detail) => {
  const error = refusal(source)

  expect(error).toMatchObject({ kind: 'invalid', code: 'invalid_filter', members: { position } })
  expect(error.errors).toMatchObject([{ field: 'filter', code: 'invalid_filter' }])
  expect(error.message.replace(`At position ${position}: `, '')).toEqual(detail)
})

test.each([
  ['(', 20, 'A filter nests at most 20 deep.'],
  ['!', 20, 'A filter nests at most 20 deep.'],
  ['active||', 100, 'A filter has at most 100 conditions.'],
  [' ', 9994, 'A filter has at most 10000 characters.'],
])('a filter that repeats %s more than %i times is refused', (piece, limit, detail) => {
  const close = piece === '(' ? ')' : ''
  const filterOf = (times: number) => `${piece.repeat(times)}active${close.repeat(times)}`
  const most = piece === 'active||' ? limit - 1 : limit

  expect(parseFilter(filterOf(most), fields)).toBeDefined()
  expect(refusal(filterOf(most + 1)).message).toContain(detail)
})

test('rubbish is refused as invalid, and never with another error', () => {
  const word = fc.constantFrom(
    ...['name', 'teeth', 'active', 'seen', 'in', 'null', 'true', 'timestamp', 'lowerAscii', 'contains', '__proto__'],
    ...['==', '<', '&&', '||', '!', '(', ')', '[', ']', ',', '.', "'", '"', '\\', '\\u', "'a'", '1', '-', '1.5', 'e9'],
    ...[' ', '\n', '\0', '😀', '\ud800', '+', '/*', '--', ';'],
  )
  const rubbish = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
  )

  fc.assert(
    fc.property(rubbish, (source) => {
      try {
        parseFilter(source, fields)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        expect(error).toMatchObject({ kind: 'invalid', code: 'invalid_filter' })
        expect((error as AppError).message.isWellFormed()).toBe(true)
      }
    }),
    { numRuns: 3000 },
  )
})

test.each([
  "'",
  "'\\",
  '1',
  '1.',
  '-',
  '.',
  '(',
  '!',
  'a.',
  'name.lowerAscii().',
  'teeth in [1,',
  ' ',
  'e',
  '1e',
  '\\',
  'r',
])('10,000 characters of %j are refused at once', (piece) => {
  const started = process.threadCpuUsage()

  refusal(piece.repeat(10_000 / piece.length))

  expect(process.threadCpuUsage(started).user).toBeLessThan(100_000)
})

function refusal(source: string): AppError {
  try {
    parseFilter(source, fields)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error(`${source} was accepted`)
}
