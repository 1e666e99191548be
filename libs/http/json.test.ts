import { AppError } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './json.ts'
import { findMistake } from './json-mistake.ts'

const parse = (text: string) => parseJson(Buffer.from(text))

/** What an error that must come says of the request. */
function errorOf(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('There was no error.')
}

const fieldsOf = (text: string) => errorOf(() => parse(text)).errors.map(({ field, code }) => `${field} ${code}`)

/** JSON values whose text is Unicode without NUL. */
const value = fc
  .jsonValue({ maxDepth: 5, stringUnit: 'binary' })
  .filter((each) => !JSON.stringify(each).includes('\\u0000'))

test('what JSON.stringify wrote is read back', () => {
  fc.assert(
    fc.property(value, (each) => {
      fc.pre(!JSON.stringify(each).includes('"__proto__"'))
      expect(JSON.stringify(parse(JSON.stringify(each)))).toBe(JSON.stringify(each))
    }),
  )
})

test('rubbish is refused as invalid, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'binary' }),
        fc.json().map((text) => text.slice(1)),
      ),
      (rubbish) => {
        try {
          parseJson(Buffer.from(rubbish as string))
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid' })
        }
      },
    ),
  )
})

test('a mistake is found where a sign was put that JSON does not know', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(), fc.constant('text'), fc.record({ a: fc.nat() }))), fc.nat(), (list, at) => {
      const text = JSON.stringify(list, null, 1)
      const offset = at % (text.length + 1)
      const broken = `${text.slice(0, offset)}\u0001${text.slice(offset)}`
      const lines = broken.slice(0, offset).split('\n')

      expect(findMistake(broken, 32)).toMatchObject({ line: lines.length, column: (lines.at(-1) ?? '').length + 1 })
    }),
  )
})

test.each([
  ['', 1, 1, 'a value', 'the end'],
  ['{"a":1', 1, 7, 'a comma or }', 'the end'],
  ['{"a":1,}', 1, 8, 'a name in double quotes', '"}"'],
  ['{\n  "a" 1\n}', 2, 7, 'a colon', '"1"'],
  ['{"a":x}', 1, 6, 'a value', '"x"'],
  ['[1 2]', 1, 4, 'a comma or ]', '"2"'],
  ["{'a':1}", 1, 2, 'a name in double quotes', '"\'"'],
  ['"abc', 1, 5, 'a closing double quote', 'the end'],
  ['["\\x"]', 1, 3, 'a closing double quote', '"\\\\"'],
  ['[01]', 1, 3, 'a comma or ]', '"1"'],
  ['1 2', 1, 3, 'nothing more', '"2"'],
  ['[undefined]', 1, 2, 'a value', '"u"'],
])('%j is no JSON at line %i, column %i', (text, line, column, expected, found) => {
  const error = errorOf(() => parse(text))

  expect(error.code).toBe('invalid_json')
  expect(error.message).toBe(`Line ${line}, column ${column}: expected ${expected}, found ${found}.`)
  expect(error.members).toEqual({ line, column })
})

test('bytes that are not UTF-8 are refused', () => {
  expect(errorOf(() => parseJson(Buffer.from([0x22, 0xc3, 0x22]))).message).toBe('The body is not UTF-8.')
})

test('text that is no Unicode, or holds NUL, is refused with the names of the fields', () => {
  expect(fieldsOf('{"a":"\\ud800","b":[{"c":"x\\u0000"}],"ok":"\\ud83d\\ude00"}')).toEqual(['a text', 'b[0].c text'])
  expect(fieldsOf('{"\\udc00":1,"x\\u0000":{"y":"\\u0000"}}')).toEqual([
    '\\udc00 name',
    'x\\u0000 name',
    'x\\u0000.y text',
  ])
  expect(fieldsOf('"\\u0000"')).toEqual(['body text'])
})

test('a fraction that a double does not hold is refused, and not rounded away', () => {
  const lost = '{"a":[9007199254740991.4, 1.00000000000000001, 1e-400, 90071992547409914e-1, 4503599627370495.1]}'
  const held =
    '[9007199254740991.0, 100000000000000000e-2, 1.5, 123456789012345678901234567890, 0e-99, "1.00000000000000001"]'

  expect(fieldsOf(lost)).toEqual([0, 1, 2, 3, 4].map((index) => `a[${index}] number`))
  expect(parse(held)).toEqual(JSON.parse(held))
})

test('numbers that fit no double are refused', () => {
  expect(fieldsOf('[1e308, 1e309, {"a":-1e999}]')).toEqual(['[1] number', '[2].a number'])
})

test('names that mean something to the language are harmless', () => {
  expect(fieldsOf('{"a":{"__proto__":{"admin":true}}}')).toEqual(['a.__proto__ name'])
  expect(Object.keys(Object(parse('{"constructor":{"prototype":1},"toString":2}')))).toEqual([
    'constructor',
    'toString',
  ])
})

test('what nests too deep is refused, broken or not', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

  expect(() => parse(nested(32))).not.toThrow()
  expect(fieldsOf(nested(33))).toEqual([`${'[0]'.repeat(32)} depth`])
  expect(errorOf(() => parse('['.repeat(500_000))).message).toContain('column 33: expected a value without parts')
})

test('of very many mistakes the first hundred are told', () => {
  expect(errorOf(() => parse(JSON.stringify(Array(50_000).fill('\0')))).errors).toHaveLength(100)
})

test('a byte order mark is ignored', () => {
  expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 })
})
