/** What engines are called. */
export const ENGINES: Readonly<Record<string, string>> = {
  sqlite: 'SQLite',
  memory: 'SQLite in memory',
  postgres: 'PostgreSQL',
}

/** A table of Markdown. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n')
}
