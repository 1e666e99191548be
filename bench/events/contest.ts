import type { ChildProcess } from 'node:child_process'
import type { DatabaseSource } from '../databases.ts'
import { shuffled } from '../measure.ts'
import { spawnFile } from '../servers.ts'
import { answerOf } from './ask.ts'
import type { Contest, Turn } from './results.ts'

/** Who is measured against whom, and with how much work in each turn. */
interface Entry {
  readonly lanes: number
  readonly count: number
  readonly names: readonly string[]
}

const ENTRIES: Readonly<Record<DatabaseSource['engine'], readonly Entry[]>> = {
  sqlite: [{ lanes: 10, count: 2_000, names: ['queue', 'listener', 'writing loop', 'grouping loop'] }],
  postgres: [
    { lanes: 1, count: 20_000, names: ['sequencer', 'stamping loop'] },
    { lanes: 10, count: 1_500, names: ['queue', 'listener', 'writing loop', 'graphile-worker', 'pg-boss'] },
    { lanes: 1, count: 500, names: ['queue', 'listener', 'writing loop', 'graphile-worker', 'pg-boss'] },
  ],
}

/** Holds all contests of an engine: each contender has a process and a database of its own; they take turns. */
export async function* holdContests(source: DatabaseSource, rounds: number): AsyncIterable<Contest> {
  for (const entry of ENTRIES[source.engine]) yield await hold(source, entry, rounds)
}

async function hold(source: DatabaseSource, { names, lanes, count }: Entry, rounds: number): Promise<Contest> {
  const contenders: { readonly name: string; readonly process: ChildProcess; readonly turns: Turn[] }[] = []
  try {
    for (const name of names) {
      const args = [name, await source.createEmpty(), String(lanes)]
      const process = spawnFile('bench/events/contenders/main.ts', args)
      contenders.push({ name, process, turns: [] })
      await answerOf(process)
    }
    // The first round is for the compiler.
    for (let round = -1; round < rounds; round++) {
      for (const { process, turns } of shuffled(contenders)) {
        process.send({ count })
        const { seconds, own, server } = await answerOf<Answer>(process)
        if (round >= 0) turns.push({ rate: count / seconds, own: own / count, server: server / count })
      }
    }
    return {
      engine: source.engine,
      lanes,
      turns: Object.fromEntries(contenders.map(({ name, turns }) => [name, turns])),
    }
  } finally {
    for (const { process } of contenders) process.kill('SIGKILL')
  }
}

interface Answer {
  readonly seconds: number
  readonly own: number
  readonly server: number
}
