import type { Fuzzing } from './fuzzing.ts'
import type { EngineName } from './ground.ts'
import type { Mishaps } from './mishaps.ts'
import type { Racing } from './racing.ts'
import { isGrowing } from './usage.ts'

/** What a soak has seen on one engine. */
export interface Soak {
  readonly engine: EngineName
  readonly fuzzing: Fuzzing
  readonly mishaps: Mishaps
  readonly racing: Racing
}

const TITLES = { sqlite: 'SQLite', postgres: 'PostgreSQL', mysql: 'MariaDB' }

type Cell = (soak: Soak) => number | string

const ROWS: Readonly<Record<string, Cell>> = {
  'requests made up by the fuzzer': ({ fuzzing }) => fuzzing.sent,
  '… that broke a law': ({ fuzzing }) => fuzzing.failures.length,
  'memory of that process at its start, at most, at its end (MiB)': ({ fuzzing: { usage } }) =>
    `${usage.start}, ${usage.most}, ${usage.end}`,
  'longest time in which it could do nothing else (ms)': ({ fuzzing }) => fuzzing.usage.longest_hold_up,
  'times that the database or the service was killed, stopped or frozen': ({ mishaps }) => mishaps.mishaps,
  'writes acknowledged meanwhile': ({ mishaps }) => mishaps.acknowledged,
  '… answered 503': ({ mishaps }) => mishaps.refused,
  '… never answered, the service being gone': ({ mishaps }) => mishaps.unanswered,
  '… lost, doubled, by halves, late, or answered otherwise': ({ mishaps }) => mishaps.wrong.length,
  'races of twenty': ({ racing }) => racing.rounds,
  '… that ended as they must not': ({ racing }) => racing.wrong.length,
}

/** The figures of a soak as a table in Markdown. */
export function describeSoak(soaks: readonly Soak[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(format).join(' | ')} |`
  return [
    line(['', ...soaks.map(({ engine }) => TITLES[engine])]),
    line(['---', ...soaks.map(() => '---:')]),
    ...Object.entries(ROWS).map(([title, cell]) => line([title, ...soaks.map(cell)])),
  ].join('\n')
}

const format = (cell: string | number): string => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)

/** Everything that should not have been, a line each. */
export function listWrongs(soaks: readonly Soak[]): readonly string[] {
  return soaks.flatMap(({ engine, fuzzing, mishaps, racing }) =>
    [
      ...fuzzing.failures.map(({ seed, path, breaches, request }) =>
        [`seed ${seed}, path ${path}: ${breaches.join('; ')}`, JSON.stringify(request)].join('\n  '),
      ),
      ...(fuzzing.errors > 0 ? [`the log has ${fuzzing.errors} errors`] : []),
      ...(isGrowing(fuzzing.usage) ? [`memory grew from ${fuzzing.usage.start} to ${fuzzing.usage.end} MiB`] : []),
      ...mishaps.wrong,
      ...racing.wrong,
    ].map((wrong) => `${TITLES[engine]}: ${wrong}`),
  )
}
