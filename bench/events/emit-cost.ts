import type { DatabaseSource } from '../databases.ts'
import type { Load } from '../load/load.ts'
import { type Pace, type Sample, shuffled, take } from '../measure.ts'
import { startFile } from '../servers.ts'
import { spreadOf } from '../statistics.ts'
import type { EmitCost } from './results.ts'

const body = { title: 'Kitchen scissors, left-handed', amount: 12 }

/** Creates rows over HTTP that are told of, and rows that are not, in turns on one server; then on others. */
export async function measureEmitCost(source: DatabaseSource, load: Load, pace: Pace): Promise<EmitCost> {
  const rounds: Round[] = []
  for (let server = 0; server < SERVERS; server++) rounds.push(...(await compare(source, load, pace)))
  return {
    engine: source.engine,
    cpu: spreadOf(rounds.map(({ quiet, told }) => told.cpu / quiet.cpu)),
    time: spreadOf(rounds.map(({ quiet, told }) => quiet.rate / told.rate)),
  }
}

/** The difference is small, and from process to process code is compiled in different ways: one alone may be lucky. */
const SERVERS = 3

interface Round {
  readonly quiet: Sample
  readonly told: Sample
}

async function compare(source: DatabaseSource, load: Load, pace: Pace): Promise<readonly Round[]> {
  const server = await startFile('bench/events/serve.ts', { DATABASE_URL: await source.createEmpty() })
  try {
    const turn = (path: string, seconds: number): Promise<Sample> =>
      take(server, load, { url: server.url, asked: [{ path, body }], connections: pace.connections, seconds })
    for (const path of [QUIET, TOLD]) await turn(path, pace.warmup)
    const rounds: Round[] = []
    for (let round = 0; round < pace.rounds; round++) {
      const samples = new Map<string, Sample>()
      for (const path of shuffled([QUIET, TOLD])) samples.set(path, await turn(path, pace.seconds))
      const [quiet, told] = [samples.get(QUIET), samples.get(TOLD)]
      if (quiet && told) rounds.push({ quiet, told })
    }
    return rounds
  } finally {
    await server.end()
  }
}

const QUIET = '/v1/notes'
const TOLD = '/v1/orders'
