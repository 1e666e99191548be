import {
  array,
  boolean,
  date,
  type Field,
  type FieldKind,
  type Fields,
  factsOf,
  foldText,
  integer,
  isFolded,
  number,
  text,
  timestamp,
} from '@mainspring/core'
import { type AnyTables, type Database, type Entity, entity, type Kysely, totalOrder } from '@mainspring/data'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseFilter } from './check.ts'
import { toSql } from './to-sql.ts'

const filter = true
const optional = true
const fields: Fields = {
  label: text({ filter }),
  name: text({ filter, optional }),
  title: text({ filter, folded: true, max: 20 }),
  motto: text({ filter, folded: true, max: 20, optional }),
  teeth: integer({ filter }),
  wear: integer({ filter, optional }),
  pitch: number({ filter }),
  weight: number({ filter, optional }),
  active: boolean({ filter }),
  sold: boolean({ filter, optional }),
  made: date({ filter }),
  born: date({ filter, optional }),
  seen: timestamp({ filter }),
  lost: timestamp({ filter, optional }),
}
const names = Object.keys(fields)
const Sample: Entity = entity('samples', 'sample', { row_index: integer(), ...fields })
const Listing: Entity = entity('listings', 'listing', {
  row_index: integer(),
  parts: array(text(), { filter }),
  spares: array(text(), { filter, optional }),
})

describeEachEngine('a filter', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Sample, Listing] })
  })
  afterAll(() => database.close())

  test('finds the rows that the same condition finds in TypeScript', async () => {
    const rows = fc.array(anyRow, { maxLength: 8 })
    const tests = fc.array(anyTest, { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(rows, tests, async (rows, tests) => {
        await replaceRows(database, rows)
        for (const { source, matches } of tests) {
          const found = await findRows(database, source)

          const expected = [...rows.keys()].filter((index) => matches(rows[index] ?? {}))
          expect({ source, found }).toEqual({ source, found: expected })
        }
      }),
      { numRuns: 200 },
    )
  })

  test('finds what a list of text has', async () => {
    const list = fc.array(texts, { maxLength: 3 })
    const rows = fc.array(fc.record({ parts: list, spares: fc.option(list) }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('parts', 'spares'), quotedTexts, async (rows, name, { source, key }) => {
        await replaceRows(database, rows, Listing)

        const found = await findRows(database, `${source} in ${name}`, Listing)
        const others = await findRows(database, `!(${source} in ${name})`, Listing)

        const expected = [...rows.keys()].filter((index) => Reflect.get(rows[index] ?? {}, name)?.includes(key))
        expect({ source, found }).toEqual({ source, found: expected })
        expect(others).toEqual([...rows.keys()].filter((index) => !expected.includes(index)))
      }),
      { numRuns: 50 },
    )
  })
})

// Rows: what is awkward, from small sets, so that values meet.

type Cell = string | number | boolean | null
type Row = Readonly<Record<string, Cell>>

const characters = [
  ...['a', 'b', 'A', 'B', 'Z', 'z', '@', '[', '`', '{', ' ', '%', '_', '\\', "'", '"', '?', '$', '\n', '\t', '\x01'],
  ...['ß', 'É', 'é', 'e\u0301', 'İ', 'ı', '\u212a', 'Ω', '\ud7ff', '\ue000', '\uffff', '😀', '\u{1f601}', '\u{10ffff}'],
]
const texts = fc.string({ unit: fc.constantFrom(...characters), maxLength: 4 })
const integers = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
)
const numbers = fc.oneof(
  fc.constantFrom(0, 0.1, 0.2, 0.1 + 0.2, -1.5, 1, 2, 3, 1e21, 1e-7, 2 ** 53, 2 ** 53 + 2, -(2 ** 53)),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2.2250738585072014e-308),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
)
const days = fc.constantFrom('0001-01-01', '0999-12-31', '1969-12-31', '2024-02-29', '2024-03-01', '9999-12-31')
const FIRST = Date.parse('0001-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')
const DAY = 86_400_000
const moments = fc.oneof(fc.constantFrom(-1, 0, 1, 2, 999, 1000), fc.integer({ min: FIRST + DAY, max: LAST - DAY }))

/** White space alone would be refused. */
const foldedTexts = texts.filter((value) => value === '' || foldText(value) !== '')

const cells: Readonly<Record<FieldKind, fc.Arbitrary<Cell>>> = {
  text: texts,
  integer: integers,
  number: numbers,
  boolean: fc.boolean(),
  date: days,
  timestamp: fc.oneof(moments, fc.constantFrom(FIRST, LAST)).map((time) => new Date(time).toISOString()),
  json: fc.constant(null),
}

const anyRow: fc.Arbitrary<Row> = fc.record(
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { kind, options } = factsOf(field)
      const cell = isFolded(field) ? foldedTexts : cells[kind]
      return [name, options.optional ? fc.option(cell, { freq: 3 }) : cell]
    }),
  ),
)

// Literals: their source, and what they are among the values of a field.

type Key = string | number | bigint | boolean
interface Written {
  readonly source: string
  readonly key: Key
}

const quotedTexts = fc
  .tuple(texts, fc.constantFrom('plain', 'double', 'raw', 'escaped'))
  .map(([key, style]): Written => {
    if (style === 'raw' && !/['\n]/.test(key)) return { source: `r'${key}'`, key }
    const quote = style === 'double' ? '"' : "'"
    const body = Array.from(key, (character) => {
      if (character === '\n') return '\\n'
      if (character === quote || character === '\\') return `\\${character}`
      const code = (character.codePointAt(0) ?? 0).toString(16)
      return style === 'escaped' ? `\\U${code.padStart(8, '0')}` : character
    })
    return { source: quote + body.join('') + quote, key }
  })

const literals: Readonly<Record<FieldKind, fc.Arbitrary<Written>>> = {
  text: quotedTexts,
  integer: fc.oneof(
    integers.map((key) => ({ source: `${key}`, key })),
    fc.integer({ min: -9, max: 9 }).map((halves) => ({ source: (halves / 2).toFixed(2), key: halves / 2 })),
  ),
  number: numbers.map((key) => ({ source: Number.isSafeInteger(key) ? `${key}` : key.toExponential(), key })),
  boolean: fc.boolean().map((key) => ({ source: `${key}`, key })),
  date: days.map((key) => ({ source: `'${key}'`, key })),
  timestamp: fc
    .tuple(moments, fc.constantFrom(0, 0, 1, 500_000, 999_999), fc.integer({ min: -1439, max: 1439 }), fc.boolean())
    .map(([time, nanoseconds, minutes, plain]) => {
      const local = new Date(time + minutes * 60_000).toISOString().slice(0, -1)
      const offset = new Date(Math.abs(minutes) * 60_000).toISOString().slice(11, 16)
      const fraction = nanoseconds === 0 ? '' : `${nanoseconds}`.padStart(6, '0')
      const quoted = `'${local}${fraction}${minutes < 0 ? '-' : '+'}${offset}'`
      return { source: plain ? quoted : `timestamp(${quoted})`, key: BigInt(time) * 1_000_000n + BigInt(nanoseconds) }
    }),
  json: fc.constant({ source: 'null', key: '' }),
}

// Tests: their source, and the same in TypeScript. A level is how tightly the source holds together.

interface Test {
  readonly source: string
  readonly level: 'or' | 'and' | 'relation' | 'unary'
  readonly matches: (row: Row) => boolean
}

/** A field, its lower case or what it is folded; `keyOf` is what it holds in a row, with which `literals` compare. */
interface Subject {
  readonly source: string
  readonly kind: FieldKind
  readonly keyOf: (row: Row) => Key | null
  readonly literals: fc.Arbitrary<Written>
}

const anySubject = fc
  .tuple(fc.constantFrom(...names), fc.boolean(), fc.boolean())
  .map(([name, lowered, folded]): Subject => {
    const kind = kindOf(fields[name])
    const keyOf = (row: Row): Key | null => {
      const cell = row[name] ?? null
      return kind === 'timestamp' && cell !== null ? BigInt(Date.parse(String(cell))) * 1_000_000n : cell
    }
    if (folded && isFolded(fields[name] ?? text())) {
      const folding = literals.text.map((literal) => ({ ...literal, key: foldText(String(literal.key)) }))
      return { source: `${name}.folded()`, kind, keyOf: (row) => foldKey(keyOf(row)), literals: folding }
    }
    const plain = { source: name, kind, keyOf, literals: literals[kind] }
    if (kind !== 'text' || !lowered) return plain
    return { ...plain, source: `${name}.lowerAscii()`, keyOf: (row) => lowerAscii(keyOf(row)) }
  })

const foldKey = (key: Key | null) => (typeof key === 'string' ? foldText(key) : key)

const lowerAscii = (key: Key | null) =>
  typeof key === 'string' ? key.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : key

const relations = ['==', '!=', '<', '<=', '>', '>='] as const
const mirrored = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
const space = fc.constantFrom('', ' ', '\n\t')

const anyComparison = (subject: Subject): fc.Arbitrary<Test> =>
  fc
    .tuple(fc.constantFrom(...relations), subject.literals, space, fc.boolean())
    .map(([relation, literal, gap, turned]) => ({
      source: turned
        ? `${literal.source}${gap}${mirrored[relation]}${gap}${subject.source}`
        : `${subject.source}${gap}${relation}${gap}${literal.source}`,
      level: 'relation',
      matches: (row) => relate(subject.keyOf(row), relation, literal.key),
    }))

function relate(key: Key | null, relation: (typeof relations)[number], other: Key): boolean {
  if (key === null) return relation === '!='
  const order = compareKeys(key, other)
  if (relation === '==') return order === 0
  if (relation === '!=') return order !== 0
  if (relation === '<') return order < 0
  if (relation === '<=') return order <= 0
  return relation === '>' ? order > 0 : order >= 0
}

function compareKeys(a: Key, b: Key): number {
  if (typeof a !== 'string' || typeof b !== 'string') return a < b ? -1 : a > b ? 1 : 0
  const [left, right] = [[...a], [...b]]
  const index = left.findIndex((character, at) => character !== right[at])
  if (index < 0) return left.length - right.length
  return (left[index]?.codePointAt(0) ?? -1) - (right[index]?.codePointAt(0) ?? -1)
}

const anyNullTest = (subject: Subject): fc.Arbitrary<Test> =>
  fc.constantFrom('==', '!=').map((relation) => ({
    source: `${subject.source} ${relation} null`,
    level: 'relation',
    matches: (row) => (subject.keyOf(row) === null) === (relation === '=='),
  }))

const anyList = (subject: Subject): fc.Arbitrary<Test> =>
  fc.array(fc.option(subject.literals, { freq: 4 }), { maxLength: 5 }).map((items) => ({
    source: `${subject.source} in [${items.map((item) => item?.source ?? 'null').join(', ')}]`,
    level: 'relation',
    matches: (row) => {
      const key = subject.keyOf(row)
      return items.some((item) => (key === null || item === null ? key === item : compareKeys(key, item.key) === 0))
    },
  }))

const anyMethod = (subject: Subject): fc.Arbitrary<Test> =>
  fc.tuple(fc.constantFrom('contains', 'startsWith'), subject.literals).map(([method, { source, key }]) => ({
    source: `${subject.source}.${method}(${source})`,
    level: 'unary',
    matches: (row) => {
      const value = subject.keyOf(row)
      if (typeof value !== 'string') return false
      return method === 'contains' ? value.includes(String(key)) : value.startsWith(String(key))
    },
  }))

const bare = (subject: Subject): Test => ({
  source: subject.source,
  level: 'unary',
  matches: (row) => subject.keyOf(row) === true,
})

const anyLeaf = anySubject.chain((subject) => {
  const kinds = [anyComparison(subject), anyComparison(subject), anyNullTest(subject), anyList(subject)]
  if (subject.kind === 'text') kinds.push(anyMethod(subject), anyMethod(subject))
  if (subject.kind === 'boolean') kinds.push(fc.constant(bare(subject)))
  return fc.oneof(...kinds)
})

const { anyTest } = fc.letrec<{ anyTest: Test; chain: Test; not: Test; parentheses: Test }>((tie) => ({
  anyTest: fc.oneof({ maxDepth: 4 }, anyLeaf, tie('chain'), tie('not'), tie('parentheses')),
  chain: fc
    .tuple(
      fc.constantFrom('and' as const, 'or' as const),
      fc.array(tie('anyTest'), { minLength: 2, maxLength: 3 }),
      space,
    )
    .map(([level, terms, gap]) => ({
      source: terms
        .map((term) => (level === 'and' && term.level === 'or' ? `(${term.source})` : term.source))
        .join(`${gap}${level === 'and' ? '&&' : '||'}${gap}`),
      level,
      matches: (row) =>
        level === 'and' ? terms.every((term) => term.matches(row)) : terms.some((term) => term.matches(row)),
    })),
  not: tie('anyTest').map((term) => ({
    source: term.level === 'unary' ? `!${term.source}` : `!(${term.source})`,
    level: 'unary',
    matches: (row) => !term.matches(row),
  })),
  parentheses: tie('anyTest').map((term) => ({ ...term, source: `(${term.source})`, level: 'unary' })),
}))

// The database

async function replaceRows(database: Database, rows: readonly object[], entity = Sample): Promise<void> {
  await database.write(async (db) => {
    await db.execute((query: Kysely<AnyTables>) => query.deleteFrom(entity.name))
    await db.insertMany(
      entity,
      rows.map((row, row_index) => ({ ...row, row_index })),
    )
  })
}

async function findRows({ engine, reader }: Database, source: string, entity = Sample): Promise<readonly number[]> {
  const where = toSql(parseFilter(source, entity.all_fields), engine.name, engine.encode)
  const order = totalOrder([{ field: 'row_index', descending: false }])
  const { rows } = await reader.page(entity, { order, limit: 1_000, where })
  return rows.map((row) => Number(Reflect.get(row, 'row_index')))
}

function kindOf(field: Field | undefined): FieldKind {
  if (!field) throw new Error('no such field')
  return factsOf(field).kind
}
