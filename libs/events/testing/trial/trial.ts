import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createLog } from '@mainspring/core'
import { createDatabase, lockTable, openEngine, type Selects, type TablesOf } from '@mainspring/data'
import { createServiceProcess, openEntities, type ServiceProcess } from '@mainspring/testing'
import { LEASE } from '../../lease.ts'
import { eventTables, type items } from '../../tables.ts'
import type { TransportSettings } from '../../transports/open-transport.ts'
import { Counter } from '../counters.ts'
import type { Finding } from './audit.ts'
import type { Orders } from './program.ts'
import { BELL, Effect, Tally } from './services.ts'
import type { Step } from './steps.ts'

/** How events come from one of the two services to the other. */
export type Way = Pick<TransportSettings, 'transport'> & Partial<TransportSettings>

/** Two services, in processes that are killed, halted and ended. */
export interface Trial {
  /** Starts a process with these orders; resolves when it is at work. */
  readonly start: (orders: Partial<Orders>) => Promise<ServiceProcess>
  /** Has a process kill itself when it comes to a step for the so-manieth time; resolves when it is dead. */
  readonly kill: (step: Step, time: number) => Promise<void>
  /**
   * Has a process halt itself at a step, two others take over what it had, and lets it go on for a while: at once, since its
   * leases are said to have run out, or when they have.
   */
  readonly freeze: (step: Step, wait?: 'until its leases have run out') => Promise<void>
  /** Resolves when all items that somebody has in hand now are done, by whomever. */
  readonly untilTakenOver: () => Promise<void>
  /** Ends all that runs, and has a new process finish what is left. */
  readonly finish: () => Promise<Finding>
  readonly close: () => Promise<void>
}

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url))
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/compile', import.meta.url))
const COUNTERS = 8
/**
 * Milliseconds: between two events of one writer, of one who is not killed, in which a process has to come to a step, in which all leases run out, and
 * that others have for themselves and then with who comes late.
 */
const TIMES = { pace: 60, aside: 200, come: 30_000, leases: LEASE + 500, others: 900, late: 500 }
const NOWHERE = {
  ...{ nats_url: '', nats_credentials: null, nats_stream: 'trial' },
  ...{ kinesis_endpoint: null, kinesis_stream: 'trial' },
}

/** Makes the databases of both services; nothing runs. */
export async function openTrial(createUrl: () => Promise<string>, way: Way): Promise<Trial> {
  const urls = { meters: await createUrl(), diners: await createUrl() }
  for (const service of ['meters', 'diners'] as const) await prepare(urls[service], service)
  const made: ServiceProcess[] = []
  const idle: ServiceProcess[] = []
  const busy = new Map<ServiceProcess, Orders['services']>()
  const base: Orders = {
    services: ['meters', 'diners'],
    urls,
    transport: { ...NOWHERE, ...way },
    outside: '',
  }
  const isTogether = way.transport === 'memory'

  async function launch(orders: Partial<Orders>): Promise<ServiceProcess> {
    const process =
      idle.pop() ?? (await createServiceProcess({ command: [globalThis.process.execPath, PROGRAM], env: ENV }))
    if (!made.includes(process)) made.push(process)
    busy.set(process, orders.services ?? base.services)
    const outside = `${made[0]?.folder}/outside`
    void process.run([JSON.stringify({ ...base, outside, ...orders })]).then(() => {
      busy.delete(process)
      idle.push(process)
    })
    return process
  }

  async function start(orders: Partial<Orders>): Promise<ServiceProcess> {
    const process = await launch({ pace: TIMES.pace, ...orders })
    await until(process, () => process.output.includes('{"ready"'))
    return process
  }

  async function kill(step: Step, wish: number): Promise<void> {
    const time = RARE.test(step) ? 1 : wish
    const services = isTogether ? base.services : [victimOf(step)]
    const others = base.services.filter((each) => !services.includes(each))
    if (![...busy.values()].some((each) => others.every((other) => each.includes(other)))) {
      await end()
      await start({ services: others, pace: TIMES.aside })
    }
    const process = await launch({ services, pace: TIMES.pace, blow: { step, time, signal: 'SIGKILL' }, expire: true })
    await until(process, () => !busy.has(process)).catch((cause: unknown) => {
      throw new Error(`No process came to ${step}.`, { cause })
    })
    const { signal, output } = await process.ended()
    if (signal !== 'SIGKILL') throw new Error(`It ended otherwise than ${step}: ${output}`)
  }

  async function freeze(step: Step, wait?: 'until its leases have run out'): Promise<void> {
    await end()
    const frozen = await launch({ pace: TIMES.pace, blow: { step, time: 2, signal: 'SIGSTOP' }, expire: true })
    await until(frozen, () => frozen.output.includes('{"struck"'))
    if (wait) await sleep(TIMES.leases)
    await start({ expire: !wait })
    await start({})
    await sleep(TIMES.others)
    frozen.signal('SIGCONT')
    await sleep(TIMES.late)
    await end()
  }

  async function end(): Promise<void> {
    for (const process of [...busy.keys()]) {
      const { code, signal, output } = await process.end('SIGTERM')
      if (code !== 0) throw new Error(`It ended with ${signal ?? `code ${code}`}: ${output}`)
    }
  }

  async function untilTakenOver(): Promise<void> {
    const engine = await openEngine({ url: urls.diners, service: 'test' }, { log: createLog({ level: 'error' }) })
    const { reader } = createDatabase({ engine, entities: [] })
    const list = () =>
      reader.query((query: Selects<TablesOf<[typeof items]>>) =>
        query.selectFrom('mainspring_items').select(['number', 'state']),
      )
    const inHand = new Set((await list()).filter(({ state }) => state === 'LEASED').map(({ number }) => number))
    while ((await list()).some(({ number }) => inHand.has(number))) await sleep(50)
    await engine.close()
  }

  return {
    start,
    kill,
    freeze,
    untilTakenOver,
    async finish() {
      await end()
      const process = await launch({ expire: true })
      const { output } = await process.ended()
      const found = process.log.find((line) => 'finding' in line)
      if (!found) throw new Error(`It has found nothing: ${output}`)
      return found.finding as Finding // as the program wrote it
    },
    async close() {
      await Promise.all(made.map((process) => process.destroy()))
    },
  }
}

const ENV = {
  NODE_COMPILE_CACHE: CACHE,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'x',
  AWS_SECRET_ACCESS_KEY: 'x',
}

/** What a process comes to once, or once a second. */
const RARE = /scheduling|placing|noting/

const METERS_STEPS = ['emitting', 'stamping', 'noting', 'publishing', 'unstamped', 'emitted']

/** The service that comes to a step, when each has a process of its own. */
const victimOf = (step: Step): 'meters' | 'diners' =>
  METERS_STEPS.some((each) => step.endsWith(each)) ? 'meters' : 'diners'

async function until(process: ServiceProcess, isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + TIMES.come; Date.now() < deadline; await sleep(5)) if (isSo()) return
  throw new Error(`It does not come to that: ${process.output}`)
}

async function prepare(url: string, service: 'meters' | 'diners'): Promise<void> {
  const tables = [...eventTables.tables, lockTable]
  const database = await openEntities(url, { entities: [Counter, Effect, Tally], tables })
  const ids = service === 'diners' ? [BELL] : Array.from({ length: COUNTERS }, (_, index) => `c${index}`)
  await database.write((db) =>
    db.insertMany(
      Counter,
      ids.map((id) => ({ id, count: 0 })),
    ),
  )
  await database.close()
}
