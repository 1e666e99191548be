import type { Depths } from '../depth.ts'
import { LONGEST_WARMUP, type Measurement, paceOf } from '../measure.ts'
import { type Memory, SECONDS_OF_USE } from '../memory.ts'
import { type OperationName, operations } from '../operations.ts'
import type { Profile, Share } from '../profile.ts'
import type { ServerKind } from '../servers.ts'
import type { Starts } from '../starts.ts'
import { figure, seriesOf, speedAgainst, spreadOf } from '../statistics.ts'
import { mebibytes, range } from './print.ts'
import type { Results } from './results.ts'
import { ENGINES, table } from './table.ts'

const SERVERS: Readonly<Record<ServerKind, string>> = {
  ours: 'ours',
  twin: 'the twin',
  grouped: 'the twin, commits grouped',
  roomy: "the twin, Node's own memory",
  bare: 'bare',
  constant: 'one answer',
}

/** The part of docs/performance.md that is measured. */
export function writeMarkdown(results: Results): string {
  const { machine, pace, rows, measurements, depths, memories, starts, profiles } = results
  const groups = Object.values(Object.groupBy(measurements, ({ engine, collection }) => `${engine} ${collection}`))
  return `Measured ${machine.date} UTC at ${machine.commit}: ${machine.processor}, ${machine.memory}, ${machine.system}; load ${machine.load}
when it began. ${machine.versions.join(', ')}.
${pace.rounds} rounds of ${pace.seconds} s per server and operation after ${pace.warmup} to ${pace.warmup * LONGEST_WARMUP} s of warming up, ${pace.connections} connections, ${rows} rows at first;
for batches, which take longer, ${paceOf('batch-create', pace).connections} connections and ${paceOf('batch-create', pace).seconds.toFixed(1)} s.
${writeMissing(results)}
${groups.map((group) => writeGroup(group ?? [])).join('\n\n')}

### Pages far down a list

Pages of 20 in the default order, one connection, no pause.

![What a page costs, by how far down it is](performance/depth.svg)

${depths.map(writeDepths).join('\n\n')}

### Memory

Resident, of one process with all services: before the first request; after ${SECONDS_OF_USE} s of everything usual at full speed; after
batches of 1,000 by four clients and lists of 1,000 by eight, too; and at most meanwhile.

${writeMemories(memories)}

Of the processes above, each with one resource, medians over all operations:

${writeMemory(measurements)}

${starts ? writeStarts(starts) : ''}### Where the time goes

Self time of our service while it is asked one thing, by the sampling profiler; waiting for requests does not count,
waiting for the disk does. Shares in percent.

${profiles.map(writeProfile).join('\n\n')}
`
}

/** What is not below, because it failed twice. */
function writeMissing({ measurements, failures }: Results): string {
  const turns = measurements.flatMap(({ engine, collection, operation, series }) =>
    series.flatMap(({ kind, samples }) => {
      const missing = samples.filter((sample) => sample === undefined).length
      const place = `${titleOf(operation)}, ${collection} on ${ENGINES[engine]}, ${SERVERS[kind]}`
      return missing === 0 ? [] : [`- ${missing} of ${samples.length} turns: ${place}`]
    }),
  )
  const missing = [...turns, ...failures.map((failure) => `- ${failure}`)]
  return missing.length === 0 ? '' : `\nFailed twice, and left out:\n\n${missing.join('\n')}\n`
}

function writeMemories(memories: readonly Memory[]): string {
  const whole = (bytes: number) => mebibytes(bytes).toFixed(0)
  return table(
    ['engine', 'at start MiB', 'after load MiB', 'after large requests MiB', 'at most MiB'],
    memories.map(({ engine, start, used, loaded, most }) => [
      ENGINES[engine] ?? engine,
      whole(start),
      whole(used),
      whole(loaded),
      whole(most),
    ]),
  )
}

function writeStarts({ fresh, existing }: Starts): string {
  return `### Start

From what \`npm start\` runs, all services, to the first 200 from \`/readyz\`, on SQLite, median of seven (least..most).

${table(
  ['data', 'milliseconds'],
  [
    ['none: it migrates and loads fixtures', range(fresh, 0)],
    ['there already', range(existing, 0)],
  ],
)}

`
}

function writeGroup(group: readonly Measurement[]): string {
  const [{ engine, collection } = { engine: '', collection: '' }] = group
  return `### ${collection} on ${ENGINES[engine]}

![Our speed against the twin's: ${collection} on ${ENGINES[engine]}](performance/${collection}-${engine}.svg)

Our speed against others, medians of the rounds (least..most); 1 is as fast, more is faster.

${writeSpeeds(group)}

${writeFigures(group)}`
}

function writeSpeeds(group: readonly Measurement[]): string {
  const kinds: readonly ServerKind[] = ['twin', 'grouped', 'roomy', 'bare', 'constant']
  const others = kinds.filter((kind) => group.some((measurement) => seriesOf(measurement, kind)))
  const cells = (measurement: Measurement, kind: ServerKind): readonly string[] => {
    const speed = speedAgainst(measurement, kind)
    return speed ? [range(speed.rate, 2), range(speed.cpu, 2)] : ['', '']
  }
  return table(
    ['operation', ...others.flatMap((kind) => [`${SERVERS[kind]}: requests/s`, 'per CPU second'])],
    group.map((each) => [titleOf(each.operation), ...others.flatMap((kind) => cells(each, kind))]),
  )
}

const titleOf = (operation: OperationName): string => operations[operation]

function writeFigures(group: readonly Measurement[]): string {
  return table(
    ['operation', 'server', 'requests/s', 'CPU µs/request', 'p50 ms', 'p99 ms'],
    group.flatMap((measurement) =>
      measurement.series.map((series, index) => [
        index === 0 ? titleOf(measurement.operation) : '',
        SERVERS[series.kind],
        range(
          figure(series, ({ rate }) => rate),
          0,
        ),
        range(
          figure(series, ({ cpu }) => cpu),
          0,
        ),
        figure(series, ({ p50 }) => p50).median.toFixed(2),
        figure(series, ({ p99 }) => p99).median.toFixed(2),
      ]),
    ),
  )
}

function writeDepths({ engine, rows, pages }: Depths): string {
  const first = pages[0]?.latency.median ?? Number.NaN
  const name = ({ depth, by }: Depths['pages'][number]) =>
    by === 'skip' ? `\`skip=${depth}\`, for comparison` : depth.toLocaleString('en')
  return table(
    [
      `rows before it, ${ENGINES[engine]}, ${rows.toLocaleString('en')} rows`,
      'p50 ms',
      'against the first page',
      'CPU µs',
    ],
    pages.map((page) => [
      name(page),
      range(page.latency, 2),
      (page.latency.median / first).toFixed(2),
      range(page.cpu, 0),
    ]),
  )
}

function writeMemory(measurements: readonly Measurement[]): string {
  const groups = Object.entries(Object.groupBy(measurements, ({ engine }) => engine))
  return table(
    ['server', 'engine', 'idle MiB', 'after load MiB'],
    groups.flatMap(([engine, group = []]) =>
      (['ours', 'twin', 'bare'] as const).map((kind) => {
        const memories = group.flatMap((measurement) => seriesOf(measurement, kind)?.memory ?? [])
        return [
          SERVERS[kind],
          ENGINES[engine] ?? engine,
          range(spreadOf(memories.map(({ idle }) => mebibytes(idle))), 0),
          range(spreadOf(memories.map(({ loaded }) => mebibytes(loaded))), 0),
        ]
      }),
    ),
  )
}

const MOST_PARTS = 14
const MOST_FUNCTIONS = 14

function writeProfile({ engine, collection, operation, parts, functions }: Profile): string {
  const cell = (share: Share | undefined): readonly string[] =>
    share ? [`\`${share.name}\``, (share.share * 100).toFixed(1)] : ['', '']
  const rows = Array.from({ length: Math.max(MOST_PARTS, MOST_FUNCTIONS) }, (_, index) => [
    ...cell(index < MOST_PARTS ? parts[index] : undefined),
    ...cell(index < MOST_FUNCTIONS ? functions[index] : undefined),
  ])
  return `${titleOf(operation)}, ${collection} on ${ENGINES[engine]}:

${table(['part', '%', 'function', '%'], rows)}`
}
