import { setTimeout as sleep } from 'node:timers/promises'
import { startKinesis, startNats, type TestServer } from '@mainspring/testing'
import type { Finding } from './audit.ts'
import { listSteps, type Step } from './steps.ts'
import { openTrial, type Trial, type Way } from './trial.ts'

/** What became of events while the processes that carry them were killed, frozen and cut off. */
export interface EventTrials {
  readonly kills: number
  readonly freezes: number
  readonly outages: number
  /** Events that were committed. */
  readonly events: number
  /** What listeners, a queue and a schedule made of them. */
  readonly effects: number
  /** Lost, repeated or out of order; processes that did not come to where they were to be killed, or did not end. */
  readonly wrong: readonly string[]
}

/** Where the trials are held. */
export interface EventGround {
  /** Of the databases; without one they are files. */
  readonly server: TestServer | undefined
  /** Makes an empty database. */
  readonly createUrl: () => Promise<string>
  /** With each transport, at all steps in turn. */
  readonly kills: number
}

const OUTAGES = 12
const FROZEN_AT: readonly Step[] = [
  ...(['seeing unstamped', 'seeing emitted', 'seeing arrived', 'seeing due', 'after performing'] as const),
]

/** Tries the promises about events on one engine: with all transports side by side, then what concerns several processes. */
export async function tryEvents(ground: EventGround): Promise<EventTrials> {
  const [nats, kinesis] = await Promise.all([startNats(), startKinesis()])
  const byNats: Way = { transport: 'nats', nats_url: nats.url }
  try {
    const killed = await Promise.all([
      kill(ground, { transport: 'memory' }),
      kill(ground, byNats),
      kill(ground, { transport: 'kinesis', kinesis_endpoint: kinesis.url }),
    ])
    const others = ground.server ? [await freeze(ground), await restart(ground, byNats, [ground.server, nats])] : []
    return [...killed, ...others].reduce(add)
  } finally {
    await Promise.all([nats.destroy(), kinesis.destroy()])
  }
}

async function kill(ground: EventGround, way: Way): Promise<EventTrials> {
  const steps = listSteps({ isEmbedded: ground.server === undefined, hasBroker: way.transport !== 'memory' })
  return attempt(ground, way, 'kills', async (trial, count) => {
    for (let kills = 0; kills < ground.kills; kills++) {
      const round = Math.floor(kills / steps.length)
      await trial.kill(steps[kills % steps.length] ?? 'after emitting', 1 + Math.floor(Math.random() * (1 + round * 4)))
      count()
    }
  })
}

/** The first one really waits until its leases have run out. */
const freeze = (ground: EventGround): Promise<EventTrials> =>
  attempt(ground, { transport: 'memory' }, 'freezes', async (trial, count) => {
    for (const [index, step] of FROZEN_AT.entries()) {
      await trial.freeze(step, index === 0 ? 'until its leases have run out' : undefined)
      count()
    }
  })

const restart = (ground: EventGround, way: Way, servers: readonly TestServer[]): Promise<EventTrials> =>
  attempt(ground, { ...way, nats_stream: 'restart' }, 'outages', async (trial, count) => {
    await trial.start({ services: ['diners'] })
    await trial.start({ services: ['meters'] })
    for (let outages = 0; outages < OUTAGES; outages++) {
      const server = servers[outages % servers.length]
      await sleep(500 + Math.random() * 1_500)
      await (outages % 4 < 2 ? server?.crash() : server?.stop())
      await sleep(Math.random() * 1_000)
      await server?.start()
      count()
    }
  })

/** Holds one trial; what goes wrong with it is part of what came of it. */
async function attempt(
  { createUrl }: EventGround,
  way: Way,
  kind: 'kills' | 'freezes' | 'outages',
  happen: (trial: Trial, count: () => void) => Promise<void>,
): Promise<EventTrials> {
  const trial = await openTrial(createUrl, way)
  const where = `events by ${way.transport}, ${kind}`
  let times = 0
  try {
    await happen(trial, () => void times++)
    const { events, effects, ...found } = await trial.finish()
    return { ...NOTHING, [kind]: times, events, effects, wrong: listWrongs(found).map((wrong) => `${where}: ${wrong}`) }
  } catch (error) {
    return { ...NOTHING, [kind]: times, wrong: [`${where}: ${error instanceof Error ? error.message : error}`] }
  } finally {
    await trial.close()
  }
}

const NOTHING: EventTrials = { kills: 0, freezes: 0, outages: 0, events: 0, effects: 0, wrong: [] }

const listWrongs = ({ missing, faults }: Pick<Finding, 'missing' | 'faults'>): readonly string[] => [
  ...(missing === 0 ? [] : [`${missing} effects are missing`]),
  ...faults,
]

const add = (a: EventTrials, b: EventTrials): EventTrials => ({
  kills: a.kills + b.kills,
  freezes: a.freezes + b.freezes,
  outages: a.outages + b.outages,
  events: a.events + b.events,
  effects: a.effects + b.effects,
  wrong: [...a.wrong, ...b.wrong],
})
