/** A column: its title, and what it says of a row. */
export type Column<T> = readonly [title: string, cell: (row: T) => string | number]

/** Rows as people read them in a terminal: as wide as they are, numbers to the right, a title only where there are rows. */
export function writeTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row)))
  const lines = [columns.map(([title]) => title), ...cells]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => String(line[index]).length)))
  const isNumber = columns.map((_, index) => cells.every((line) => typeof line[index] === 'number'))
  const pad = (cell: unknown, index: number) =>
    isNumber[index] ? String(cell).padStart(widths[index] ?? 0) : String(cell).padEnd(widths[index] ?? 0)
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

/** How long ago that was: `3m`; nothing if it never was. */
export function writeAge(time: string | null, now: number): string {
  if (time === null) return '-'
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000))
  const [length, unit] = UNITS.find(([length]) => seconds >= length) ?? [1, 's']
  return `${Math.floor(seconds / length)}${unit}`
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
] as const

/** The first line of a text, as much of it as fits. */
export function writeShort(text: string | null, width: number): string {
  const [line = ''] = (text ?? '-').split('\n')
  return line.length > width ? `${line.slice(0, width - 1)}…` : line
}
