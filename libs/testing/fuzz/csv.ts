import fc from 'fast-check'

/** Cells that mean something to a parser of CSV, to a spreadsheet, or to a database. */
const CELLS = [
  ...['', 'a', '1', '-1', '1.5', '1e400', '9007199254740993', '2026-01-31', 'EUR', 'null', '=1+1', '@a', '+1', '-a'],
  ...[
    '"a,b"',
    '"a""b"',
    '"a\nb"',
    '"a',
    'a"b',
    '""',
    ' a ',
    '\t',
    'é',
    'e\u0301',
    '😀',
    '\u202eabc',
    '\0',
    '\ufeff',
    'x'.repeat(10_000),
  ],
]

/** How many lines of a table are sent back: more show no more. */
const MOST_LINES = 20

/** Arbitrary bodies of CSV, from a table that was answered: as it is, and lines under its header that come close to rubbish. */
export function csvBodies(): fc.Arbitrary<(table: string) => string> {
  const made = fc.record({
    rename: fc.constantFrom(...RENAMES),
    rows: fc.array(fc.array(fc.constantFrom(...CELLS), { maxLength: 30 }), { maxLength: 20 }),
    isNarrow: fc.boolean(),
    end: fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
  })
  const bent = made.map(({ rename, rows, isNarrow, end }) => (table: string) => {
    const [header = ''] = table.split(/\r?\n/)
    const width = header.split(',').length
    const lines = rows.map((cells) =>
      (isNarrow ? cells : Array.from({ length: width }, (_, at) => cells[at] ?? '')).join(','),
    )
    return [rename(header), ...lines].join(end)
  })
  return fc.oneof(
    fc.constant((table: string) => table.split('\n').slice(0, MOST_LINES).join('\n')),
    { weight: 2, arbitrary: bent },
  )
}

const RENAMES: readonly ((header: string) => string)[] = [
  (header) => header,
  (header) => header,
  (header) => `${header},nobody`,
  (header) => `\ufeff${header}`,
  (header) => header.toUpperCase(),
  (header) => `${header},${header}`,
  (header) => header.replaceAll(',', ';'),
  () => '',
]
