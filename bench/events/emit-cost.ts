import type { DatabaseSource } from '../databases.ts'
import type { Load } from '../load/load.ts'
import { type Pace, type Sample, shuffled, take } from '../measure.ts'
import { startFile } from '../servers.ts'
import { spreadOf } from '../statistics.ts'
import type { EmitCost } from './results.ts'

const body = { title: 'Kitchen scissors, left-handed', amount: 12 }

/** Creates rows over HTTP that are told of, and rows that are not, in turns on one server. */
export async function measureEmitCost(source: DatabaseSource, load: Load, pace: Pace): Promise<EmitCost> {
  const server = await startFile('bench/events/serve.ts', { DATABASE_URL: await source.createEmpty() })
  try {
    const turn = (path: string, seconds: number): Promise<Sample> =>
      take(server, load, { url: server.url, asked: [{ path, body }], connections: pace.connections, seconds })
    for (const path of [QUIET, TOLD]) await turn(path, pace.warmup)
    const rounds: { readonly quiet: Sample; readonly told: Sample }[] = []
    for (let round = 0; round < pace.rounds * OFTEN; round++) {
      const samples = new Map<string, Sample>()
      for (const path of shuffled([QUIET, TOLD])) samples.set(path, await turn(path, pace.seconds))
      const [quiet, told] = [samples.get(QUIET), samples.get(TOLD)]
      if (quiet && told) rounds.push({ quiet, told })
    }
    return {
      engine: source.engine,
      cpu: spreadOf(rounds.map(({ quiet, told }) => told.cpu / quiet.cpu)),
      time: spreadOf(rounds.map(({ quiet, told }) => quiet.rate / told.rate)),
    }
  } finally {
    await server.end()
  }
}

/** The difference is small, so that it takes more rounds to be seen. */
const OFTEN = 3

const QUIET = '/v1/notes'
const TOLD = '/v1/orders'
