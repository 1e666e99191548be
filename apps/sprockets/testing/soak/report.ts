import type { EventTrials } from '@mainspring/events/testing/soak'
import type { Fuzzing } from './fuzzing.ts'
import type { EngineName } from './ground.ts'
import type { Mishaps } from './mishaps.ts'
import type { Racing } from './racing.ts'
import { isGrowing } from './usage.ts'

/** What a soak has seen on one engine. */
export interface Soak {
  readonly engine: EngineName
  readonly fuzzing?: Fuzzing | undefined
  readonly mishaps?: Mishaps | undefined
  readonly racing?: Racing | undefined
  readonly eventing?: EventTrials | undefined
}

const TITLES = { sqlite: 'SQLite', postgres: 'PostgreSQL', mysql: 'MariaDB' }

type Cell = number | string
type Rows<P> = Readonly<Record<string, (part: P) => Cell>>

const FUZZING: Rows<Fuzzing> = {
  'requests made up by the fuzzer': ({ sent }) => sent,
  '… that broke a law': ({ failures }) => failures.length,
  'memory of that process at its start, at most, at its end (MiB)': ({ usage }) =>
    `${usage.start}, ${usage.most}, ${usage.end}`,
  'longest time in which it could do nothing else (ms)': ({ usage }) => usage.longest_hold_up,
}

const MISHAPS: Rows<Mishaps> = {
  'times that the database or the service was killed, stopped or frozen': ({ mishaps }) => mishaps,
  'writes acknowledged meanwhile': ({ acknowledged }) => acknowledged,
  '… answered 503': ({ refused }) => refused,
  '… never answered, the service being gone': ({ unanswered }) => unanswered,
  '… lost, doubled, by halves, late, or answered otherwise': ({ wrong }) => wrong.length,
}

const RACING: Rows<Racing> = {
  'races of twenty': ({ rounds }) => rounds,
  '… that ended as they must not': ({ wrong }) => wrong.length,
}

const EVENTING: Rows<EventTrials> = {
  'processes killed at a step between a commit and its effect': ({ kills }) => kills,
  'processes frozen past their leases, and woken': ({ freezes }) => freezes,
  'times that the database or the broker was killed or stopped': ({ outages }) => outages,
  'events emitted meanwhile': ({ events }) => events,
  'effects of listeners, a queue and a schedule': ({ effects }) => effects,
  '… lost, done twice or out of order': ({ wrong }) => wrong.length,
}

/** The figures of requests as a table in Markdown, of the parts that were run. */
export const describeSoak = (soaks: readonly Soak[]): string =>
  describe(soaks, [
    ...rowsOf(soaks, ({ fuzzing }) => fuzzing, FUZZING),
    ...rowsOf(soaks, ({ mishaps }) => mishaps, MISHAPS),
    ...rowsOf(soaks, ({ racing }) => racing, RACING),
  ])

/** The same of events. */
export const describeEvents = (soaks: readonly Soak[]): string =>
  describe(
    soaks,
    rowsOf(soaks, ({ eventing }) => eventing, EVENTING),
  )

function describe(soaks: readonly Soak[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.map(format).join(' | ')} |`
  if (rows.length === 0) return ''
  return [
    line(['', ...soaks.map(({ engine }) => TITLES[engine])]),
    line(['---', ...soaks.map(() => '---:')]),
    ...rows.map(line),
  ].join('\n')
}

/** None if the part was not run. */
function rowsOf<P>(soaks: readonly Soak[], partOf: (soak: Soak) => P | undefined, rows: Rows<P>): readonly Cell[][] {
  const parts = soaks.map(partOf).filter((part) => part !== undefined)
  if (parts.length < soaks.length) return []
  return Object.entries(rows).map(([title, cell]) => [title, ...parts.map(cell)])
}

const format = (cell: string | number): string => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)

/** Everything that should not have been, a line each. */
export function listWrongs(soaks: readonly Soak[]): readonly string[] {
  return soaks.flatMap(({ engine, fuzzing, mishaps, racing, eventing }) =>
    [
      ...(fuzzing ? listFuzzed(fuzzing) : []),
      ...(mishaps?.wrong ?? []),
      ...(racing?.wrong ?? []),
      ...(eventing?.wrong ?? []),
    ].map((wrong) => `${TITLES[engine]}: ${wrong}`),
  )
}

const listFuzzed = ({ failures, errors, usage }: Fuzzing): readonly string[] => [
  ...failures.map(({ seed, path, breaches, request }) =>
    [`seed ${seed}, path ${path}: ${breaches.join('; ')}`, JSON.stringify(request)].join('\n  '),
  ),
  ...(errors > 0 ? [`the log has ${errors} errors`] : []),
  ...(isGrowing(usage) ? [`memory grew from ${usage.start} to ${usage.end} MiB`] : []),
]
