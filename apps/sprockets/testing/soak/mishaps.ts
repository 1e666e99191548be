import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceProcess } from '@mainspring/testing'
import { Ledger, type Outcome } from '../ledger.ts'
import type { Ground } from './ground.ts'

/** What became of writes while database and service were killed, stopped and frozen. */
export interface Mishaps {
  readonly mishaps: number
  readonly acknowledged: number
  /** Answered 503 with a `Retry-After`, or not at all since the process was gone. */
  readonly refused: number
  readonly unanswered: number
  /** Lost, doubled, by halves; answers that should not have come; a service that did not come back. */
  readonly wrong: readonly string[]
}

const CLIENTS = 16
/** Milliseconds: of peace between two mishaps, of an outage, and in which a service has to be ready again. */
const TIMES = { peace: 2_500, outage: 1_500, back: 20_000 }
/** Milliseconds in which a request is answered whatever happens: 5 s, and what a busy machine adds. */
const LONGEST = 10_000

/** Lets clients write for some minutes while things go wrong every few seconds, and then looks for everything that was acknowledged. */
export async function writeThroughMishaps(ground: Ground, minutes: number): Promise<Mishaps> {
  const [service] = await ground.startServices()
  if (!service) throw new Error('There is no service to write to.')
  const ways = mishapsOf(ground, service)
  const ledger = new Ledger(service.url)
  const stop = await ledger.begin(CLIENTS)
  const late: string[] = []
  let count = 0
  for (const deadline = Date.now() + minutes * 60_000; Date.now() < deadline; count++) {
    await sleep(TIMES.peace * (0.5 + Math.random()))
    const [name, happen] = ways[count % ways.length] ?? ['', sleep]
    await happen(TIMES.outage * (0.2 + Math.random()))
    if (!(await isBack(service))) late.push(`not ready ${TIMES.back} ms after ${name}`)
  }
  await stop()
  const unanswered = ledger.outcomes.filter(({ status }) => status === undefined)
  const refused = ledger.outcomes.filter(({ status }) => status === 503)
  return {
    mishaps: count,
    acknowledged: ledger.acknowledged,
    refused: refused.length,
    unanswered: unanswered.length,
    wrong: [...late, ...ledger.outcomes.flatMap(findWrong), ...(await ledger.audit())],
  }
}

type Mishap = readonly [name: string, happen: (outage: number) => Promise<void>]

function mishapsOf({ server }: Ground, service: ServiceProcess): readonly Mishap[] {
  const killed: Mishap = [
    'the service was killed',
    async () => {
      await service.end('SIGKILL')
      await service.start()
    },
  ]
  if (!server) return [killed]
  return [
    ['the database was killed', (outage) => through(server.crash(), outage, () => server.start())],
    ['the database was stopped', (outage) => through(server.stop(), outage, () => server.start())],
    ['the database was frozen', (outage) => through(server.pause(), outage * 3, () => server.resume())],
    killed,
  ]
}

async function through(broken: Promise<void> | void, outage: number, mend: () => Promise<void> | void): Promise<void> {
  await broken
  await sleep(outage)
  await mend()
}

async function isBack({ url }: ServiceProcess): Promise<boolean> {
  for (const deadline = Date.now() + TIMES.back; Date.now() < deadline; await sleep(50)) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined)
    if (response?.ok) return true
  }
  return false
}

function findWrong({ request, status = 0, milliseconds, retry_after, body }: Outcome): readonly string[] {
  const isRefusal = (status === 503 || status === 409) && Number(retry_after) > 0
  const isFine = status === 0 || (status >= 200 && status < 300) || isRefusal
  return [
    ...(isFine ? [] : [`${request} answered ${status} ${body}`]),
    ...(milliseconds > LONGEST ? [`${request} took ${milliseconds} ms`] : []),
  ]
}
