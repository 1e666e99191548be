import { compare } from '../events/compare.ts'
import type { Backlog, Contest, EmitCost, EventResults, Idle, Latency, Turn } from '../events/results.ts'
import { spreadOf } from '../statistics.ts'
import { mebibytes, range } from './print.ts'
import type { Machine } from './results.ts'
import { print } from './say.ts'
import { ENGINES, table } from './table.ts'

const OURS = ['sequencer', 'queue', 'listener']

/** The part of docs/performance.md about events. */
export function writeEventTables({ costs, contests, latencies, idles, backlogs }: EventResults, at: Machine): string {
  return `${measuredAt(at)}

What \`emit\` adds to a create over HTTP, as a share of the same create without; the goal is 25 % of its CPU at most.

${writeCosts(costs)}

Against loops and other queues: items of ours per item of theirs in the same time, and for the same CPU of the process, and of
the process and the database server together. 1 is as fast, more is faster; the goal against loops is 0.5 by time.

${contests.map(writeContest).join('\n\n')}

From the commit of what emitted to the commit of what a listener of another service does about it, with nothing else going on;
the goal is three commits at the median, embedded.

${writeLatencies(latencies)}

All services and their events, with nobody asking for anything:

${writeIdles(idles)}

A backlog that is drained from the outbox of one service to the effect of a listener in another:

${writeDrains(backlogs)}
`
}

/** The part about the largest backlog. */
export const writeBacklogs = (backlogs: readonly Backlog[], at: Machine): string => `${measuredAt(at)}

![A backlog, from the first event to the last](performance/backlog.svg)

${writeDrains(backlogs)}
`

/** Prints the same. */
export function printEvents({ costs, contests, latencies, idles, backlogs }: EventResults): void {
  if (costs.length > 0) print(`\n${writeCosts(costs)}`)
  for (const contest of contests) print(`\n${writeContest(contest)}`)
  if (latencies.length > 0) print(`\n${writeLatencies(latencies)}`)
  if (idles.length > 0) print(`\n${writeIdles(idles)}`)
  if (backlogs.length > 0) print(`\n${writeDrains(backlogs)}`)
}

const measuredAt = ({ date, commit, processor, load }: Machine): string =>
  `Measured ${date} UTC at ${commit}: ${processor}; load ${load} when it began.`

const writeCosts = (costs: readonly EmitCost[]): string =>
  table(
    ['engine', 'CPU', 'time'],
    costs.map(({ engine, cpu, time }) => [ENGINES[engine] ?? '', range(cpu, 2), range(time, 2)]),
  )

function writeContest({ engine, lanes, turns }: Contest): string {
  const names = Object.keys(turns)
  const ours = OURS.filter((name) => names.includes(name))
  const figure = (name: string, read: (turn: Turn) => number) => range(spreadOf((turns[name] ?? []).map(read)), 0)
  return table(
    [
      `${ENGINES[engine]}, ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`,
      'items/s',
      'CPU µs of the process',
      'of the server',
      ...ours.flatMap((name) => [`the ${name} against it: by time`, 'by CPU', 'by all CPU']),
    ],
    names.map((name) => [
      name,
      figure(name, ({ rate }) => rate),
      figure(name, ({ own }) => own),
      engine === 'sqlite' ? '' : figure(name, ({ server }) => server),
      ...ours.flatMap((mine) => (OURS.includes(name) ? ['', '', ''] : writeSpeeds(turns[mine], turns[name]))),
    ]),
  )
}

function writeSpeeds(mine: readonly Turn[] = [], theirs: readonly Turn[] = []): readonly string[] {
  const { time, own, all } = compare(mine, theirs)
  return [time, own, all].map((spread) => range(spread, 2))
}

const writeLatencies = (latencies: readonly Latency[]): string =>
  table(
    ['', 'a commit, p50 ms', 'p99 ms', 'to the effect, p50 ms', 'p99 ms', 'commits at p50'],
    latencies.map(({ engine, commit, effect }) => [
      ENGINES[engine] ?? '',
      ...[commit.p50, commit.p99, effect.p50, effect.p99].map((value) => value.toFixed(2)),
      // A commit in memory reaches no disk: nothing is to be measured by it.
      engine === 'memory' ? '' : (effect.p50 / commit.p50).toFixed(1),
    ]),
  )

const writeIdles = (idles: readonly Idle[]): string =>
  table(
    ['engine', '% of a core'],
    idles.map(({ engine, percent }) => [ENGINES[engine] ?? '', percent.toFixed(2)]),
  )

function writeDrains(backlogs: readonly Backlog[]): string {
  const first = backlogs[0]
  if (!first) return ''
  return table(
    ['engine', 'events', ...first.rates.map((_, index) => `${index + 1}/10`), 'MiB before', 'MiB at most'],
    backlogs.map(({ engine, events, rates, memory }) => [
      ENGINES[engine] ?? '',
      events.toLocaleString('en'),
      ...rates.map((rate) => rate.toFixed(0)),
      mebibytes(memory.before).toFixed(0),
      mebibytes(memory.most).toFixed(0),
    ]),
  )
}
