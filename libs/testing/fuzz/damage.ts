import fc from 'fast-check'
import { type Change, replaceHeader, withHeader } from './draft.ts'
import { ODD_HEADERS } from './odd-headers.ts'
import { ODD_ARGUMENTS, ODD_METHODS, ODD_PAIRS, ODD_SEGMENTS } from './odd-targets.ts'
import { ODD_NAMES, ODD_VALUES } from './odd-values.ts'
import type { Operation } from './operations.ts'
import type { ValueDamage } from './sound.ts'

/** Arbitrary damage to one place of a value: another in its place, a member more or less. */
export const valueDamages: fc.Arbitrary<ValueDamage> = fc
  .record({
    place: fc.nat(),
    odd: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...ODD_VALUES) },
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
    ),
    name: fc.constantFrom(...ODD_NAMES),
    how: fc.constantFrom('replace', 'replace', 'remove', 'add', 'repeat'),
  })
  .map(({ place, odd, name, how }): ValueDamage => {
    return (value) => {
      const places = countPlaces(value)
      return damageAt(value, place % places, (found) => {
        if (how === 'replace') return odd
        if (how === 'remove') return undefined
        if (Array.isArray(found)) return how === 'repeat' ? [...found, ...found.slice(-1)] : [...found, odd]
        // Not by assignment: a member called `__proto__` must become one.
        return typeof found === 'object' && found !== null
          ? Object.fromEntries([...Object.entries(found), [name, odd]])
          : odd
      })
    }
  })

const partsOf = (value: unknown): readonly [string, unknown][] =>
  typeof value === 'object' && value !== null && !JSON.isRawJSON(value) ? Object.entries(value) : []

const countPlaces = (value: unknown): number => 1 + partsOf(value).reduce((sum, [, part]) => sum + countPlaces(part), 0)

/** A copy in which the part that comes so many places after the whole has been changed; undefined leaves it out. */
function damageAt(value: unknown, place: number, change: (found: unknown) => unknown): unknown {
  if (place === 0) return change(value)
  let passed = 1
  const parts = partsOf(value).flatMap(([name, part]): [string, unknown][] => {
    const size = countPlaces(part)
    const isHere = place >= passed && place < passed + size
    const next = isHere ? damageAt(part, place - passed, change) : part
    passed += size
    return next === undefined ? [] : [[name, next]]
  })
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts)
}

/** Bodies that are none, whatever was wanted. */
const WRONG_BODIES: readonly (string | Buffer)[] = [
  ...[
    '',
    ' ',
    'null',
    '[]',
    '{}',
    '0',
    '"a"',
    'NaN',
    '{',
    '}',
    '{"a":1,}',
    "{'a':1}",
    '// a\n{}',
    '{}{}',
    '[1 2]',
    '\ufeff{}',
    '\u00a0{}',
    '{"a":01}',
  ],
  ...[
    '{"requests":[]}',
    '{"requests":{}}',
    '{"__proto__":{"a":1}}',
    '{"teeth":1,"teeth":2}',
    '{"a":"\t"}',
    '{"\\ud800":1}',
    '{"a":"\\x41"}',
    '{"a":1e999}',
  ],
  ...[
    '['.repeat(100_000),
    `${'['.repeat(33)}${']'.repeat(33)}`,
    '{"a":'.repeat(5_000),
    `{"a":${'[['.repeat(200)}${']]'.repeat(200)}}`,
  ],
  ...[
    Buffer.from([0xff, 0xfe, 0x7b, 0]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0]),
    Buffer.from('{"a":"\xe9"}', 'latin1'),
  ],
]

/** Rare, since each is megabytes: at the limit, beyond it, and many small things below it. */
const HUGE_BODIES: readonly (() => string)[] = [
  () => `{"teeth": ${' '.repeat(4_194_304)}5}`,
  () => JSON.stringify({ name: 'x'.repeat(3_000_000) }),
  () => JSON.stringify({ requests: Array.from({ length: 1_001 }, (_, id) => ({ id: `f${id}` })) }),
  () => JSON.stringify({ requests: Array.from({ length: 200_000 }, () => ({})) }),
  () => `[${'1,'.repeat(1_000_000)}1]`,
  () => JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`n${at}`, at]))),
]

const place = fc.nat({ max: 10_000 })

const bodyDamages: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom(...WRONG_BODIES).map(
      (body): Change =>
        (draft) => ({ ...draft, body: Buffer.from(body) }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...HUGE_BODIES).map(
      (body): Change =>
        (draft) => ({ ...draft, body: Buffer.from(body()) }),
    ),
  },
  {
    weight: 10,
    arbitrary: place.map(
      (end): Change =>
        (draft) =>
          withBody(draft, (body) => body.subarray(0, end % (body.length + 1))),
    ),
  },
  {
    weight: 10,
    arbitrary: fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([at, bytes]): Change => {
      return (draft) =>
        withBody(draft, (body) => {
          const middle = at % (body.length + 1)
          return Buffer.concat([body.subarray(0, middle), bytes, body.subarray(middle + 1)])
        })
    }),
  },
)

const withBody: (draft: Parameters<Change>[0], change: (body: Buffer) => Buffer) => ReturnType<Change> = (
  draft,
  change,
) => (draft.body === undefined ? draft : { ...draft, body: change(draft.body) })

const headerDamages: fc.Arbitrary<Change> = fc
  .constantFrom(...Object.entries(ODD_HEADERS))
  .chain(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values), fc.nat({ max: 3 })))
  .map(([name, value, lot]): Change => {
    if (lot === 0) return (draft) => withHeader(draft, name, value)
    if (lot === 1)
      return (draft) => withHeader(replaceHeader(draft, name.toLowerCase(), value), name.toUpperCase(), value)
    return (draft) => replaceHeader(draft, name, value)
  })

const pathDamages: fc.Arbitrary<Change> = fc
  .record({
    at: fc.nat({ max: 5 }),
    odd: fc.constantFrom(...ODD_SEGMENTS),
    how: fc.constantFrom('replace', 'insert', 'glue'),
  })
  .map(({ at, odd, how }): Change => {
    return (draft) => {
      const segments = draft.path.split('/')
      const place = at % segments.length
      const glued = how === 'glue' ? `${segments[place]}${odd}` : odd
      return { ...draft, path: segments.toSpliced(place, how === 'insert' ? 0 : 1, glued).join('/') }
    }
  })

const targetDamages: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  (draft) => ({ ...draft, path: `${draft.path}/` }),
  (draft) => ({ ...draft, path: `/${draft.path}` }),
  (draft) => ({ ...draft, path: draft.path.toUpperCase() }),
  (draft) => ({ ...draft, path: draft.path.replaceAll(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`) }),
  (draft) => ({ ...draft, path: `http://example.org${draft.path}` }),
  (draft) => ({ ...draft, path: `HTTP://[::1]:0${draft.path}` }),
  (draft) => ({ ...draft, path: draft.path.replace(/^\//, '') }),
  (draft) => ({ ...draft, path: '*' }),
  (draft) => ({ ...draft, path: '/' }),
)

function queryDamages({ parameters }: Operation): fc.Arbitrary<Change> {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
  const argument = fc.tuple(fc.constantFrom('nobody', ...names), fc.constantFrom(...ODD_ARGUMENTS))
  const odd = fc.oneof(
    { weight: names.length, arbitrary: argument.map((pair) => pair.join('=')) },
    fc.constantFrom(...ODD_PAIRS),
  )
  return fc.oneof(
    {
      weight: 4,
      arbitrary: odd.map(
        (pair): Change =>
          (draft) => ({ ...draft, query: [...draft.query, pair] }),
      ),
    },
    fc.constant<Change>((draft) => ({ ...draft, query: [...draft.query, ...draft.query] })),
    fc.constant<Change>((draft) => ({ ...draft, query: Array.from({ length: 1_500 }, (_, at) => `p${at}`) })),
    { weight: 2, arbitrary: bends },
  )
}

/** Another character somewhere in an argument: what was sealed no longer opens, what was encoded is so no more. */
const bends: fc.Arbitrary<Change> = fc
  .record({ which: place, at: place, letter: fc.constantFrom('A', '_', '%', '+', '') })
  .map(({ which, at, letter }): Change => {
    return (draft) => {
      const pair = draft.query[which % draft.query.length]
      if (pair === undefined) return draft
      const start = pair.indexOf('=') + 1
      const middle = start + (at % (pair.length - start + 1))
      const bent = `${pair.slice(0, middle)}${letter}${pair.slice(middle + 1)}`
      return { ...draft, query: draft.query.with(which % draft.query.length, bent) }
    }
  })

const methodDamages: fc.Arbitrary<Change> = fc.constantFrom(...ODD_METHODS).map(
  (method): Change =>
    (draft) => ({ ...draft, method }),
)

/** Arbitrary damage to a request for an operation that leaves it one request of HTTP. */
export const damagesTo = (operation: Operation): fc.Arbitrary<Change> =>
  fc.oneof(
    { weight: 3, arbitrary: bodyDamages },
    { weight: 4, arbitrary: headerDamages },
    { weight: 2, arbitrary: pathDamages },
    { weight: 1, arbitrary: targetDamages },
    { weight: 3, arbitrary: queryDamages(operation) },
    { weight: 1, arbitrary: methodDamages },
  )
