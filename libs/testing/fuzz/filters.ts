import fc from 'fast-check'

/** Arbitrary filters over these fields, by the grammar of docs/filtering.md; whether the types fit is left to chance. */
export function filters(fields: readonly string[]): fc.Arbitrary<string> {
  const field = fc.constantFrom(...fields, 'id', 'create_time', 'nobody')
  const operand = fc.oneof(
    field,
    field.map((name) => `${name}.lowerAscii()`),
    literal,
  )
  const relation = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(operand, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), literal)
        .map((parts) => parts.join(' ')),
    },
    fc.tuple(operand, fc.array(literal, { maxLength: 5 })).map(([left, items]) => `${left} in [${items.join(', ')}]`),
    fc
      .tuple(operand, fc.constantFrom('contains', 'startsWith', 'matches'), literal)
      .map(([left, name, value]) => `${left}.${name}(${value})`),
    field,
  )
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      relation,
      tie('condition').map((inner) => `!(${inner})`),
      fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map((parts) => parts.join(' ')),
    ),
  }))
  return condition
}

/** Arbitrary orders over these fields. */
export const orders = (fields: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom('', '-'), fc.constantFrom(...fields, 'id', 'update_time')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((terms) => terms.map((term) => term.join('')).join(','))

const literal = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    ...[
      'null',
      'true',
      "''",
      "'a'",
      "r'\\d'",
      "'\\u00e9'",
      "'\\ud800'",
      "'\\x00'",
      "'%_*'",
      "timestamp('2026-01-31T12:00:00Z')",
    ],
    ...["'2026-01-31'", '9007199254740993', '-0', '1e400', '1e-400', '0x10', "b'a'", '1u', '99999999999999999999'],
  ),
)
