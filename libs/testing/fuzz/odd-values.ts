/** What stands for any JSON value where another was wanted. `JSON.stringify` writes a raw one as it is. */
export const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 0.5, -0.5, '', ' ', '0', 'true', [], {}, [null], [[]], { a: 1 }],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53, 2 ** 63, -(2 ** 63), 1e300, 5e-324, 2 ** 31, 2 ** 32],
  ...['1e400', '-1e400', '1e-400', '-0', '-0.0', '1E5', '1.0', '9007199254740993', '0.1e-6', `1${'0'.repeat(400)}`].map(
    rawJson,
  ),
  ...['\\ud800', '\\udc00\\ud800', '\\u0000', 'a\\u0000b', '\\uD83D\\uDE00', '\\u2028', '\\ufeff', '\\ufffe'].map(
    (text) => rawJson(`"${text}"`),
  ),
  ...[
    '😀',
    'é',
    'e\u0301',
    '\u202eabc\u202c',
    'ﷺ',
    'ß',
    'İ',
    '\t',
    '\r\n',
    "'",
    '"',
    '\\',
    '%',
    '%00',
    '../..',
    '$a',
    "'; --",
  ],
  ...[
    '2026-02-30',
    '2026-01-31',
    '0000-01-01',
    '2026-01-31T24:00:00Z',
    '2026-06-30T23:59:60Z',
    '10000-01-01',
    '9999-12-31T23:59:59-12:00',
  ],
  ...[
    'EUR',
    'eur',
    'a@b',
    '+491234',
    'x'.repeat(63),
    'x'.repeat(64),
    'x'.repeat(201),
    '😀'.repeat(101),
    'x'.repeat(70_000),
  ],
]

/** Names that a field could have and none has, or that mean something to JavaScript. */
export const ODD_NAMES = [
  'nobody',
  '',
  '__proto__',
  'constructor',
  'toString',
  'ID',
  'id ',
  'a.b',
  '[0]',
  'é',
  '\0',
  '\ud800',
  'version',
]

declare global {
  // Of ECMAScript's proposal-json-parse-with-source; Node has it, TypeScript not yet.
  interface JSON {
    rawJSON(text: string): object
    isRawJSON(value: unknown): boolean
  }
}

function rawJson(text: string): unknown {
  return JSON.rawJSON(text)
}
