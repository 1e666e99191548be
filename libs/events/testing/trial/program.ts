import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, systemClock } from '@mainspring/core'
import { createDatabase, type Database, type Kysely, openEngine, type Selects, type TablesOf } from '@mainspring/data'
import { createServiceEvents, type ServiceEvents } from '../../service-events.ts'
import { memorySource } from '../../source.ts'
import type { items, leases } from '../../tables.ts'
import { openTransport, type TransportSettings } from '../../transports/open-transport.ts'
import { Counter, raise } from '../counters.ts'
import { audit } from './audit.ts'
import { Effect, ring, SERVICES, Tally } from './services.ts'
import { type AtStep, type Step, tellPublishing, tellSteps } from './steps.ts'

/** What a process of a trial is to do; its only argument, as JSON. */
export interface Orders {
  readonly services: readonly (keyof typeof SERVICES)[]
  readonly urls: Readonly<Record<keyof typeof SERVICES, string>>
  readonly transport: TransportSettings
  /** Where those who are served are noted, outside of the databases. */
  readonly outside: string
  /** Milliseconds between two events of one writer. Without it nothing is emitted: it ends when all is done, and says how it is. */
  readonly pace?: number
  /** The signal that it sends itself when it comes to a step for the so-manieth time. */
  readonly blow?: { readonly step: Step; readonly time: number; readonly signal: 'SIGKILL' | 'SIGSTOP' }
  /** All leases have run out by now: who had them is gone, or will be too late. */
  readonly expire?: boolean
}

const WRITERS = 3
/** Milliseconds in which something of what is left must be done when nothing more comes. */
const PATIENCE = 20_000

const orders: Orders = JSON.parse(process.argv[2] ?? '')
const log = createLog({ level: 'error' })
let isOn = true
let isArmed = false

/** On a line of its own, which is out before a signal arrives. */
const say = (what: object) => writeSync(1, `${JSON.stringify(what)}\n`)

const at = createBlow(orders.blow)

function createBlow(blow: Orders['blow']): AtStep {
  let times = 0
  return (step) => {
    if (!isArmed || step !== blow?.step || ++times !== blow.time) return
    say({ struck: step })
    process.kill(process.pid, blow.signal)
    // A signal that halts a process may take a moment to reach this thread.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
}

async function open(service: keyof typeof SERVICES) {
  const engine = tellSteps(await openEngine({ url: orders.urls[service], service: 'test' }, { log }), at)
  const database = createDatabase({ engine, entities: [Counter, Effect, Tally] })
  if (orders.expire) await untilItWorks(() => expireLeases(database))
  const store = { service, database, clock: systemClock, log, instance: `${service} ${process.pid}` }
  const outside = { file: orders.outside, onPerformed: () => at('after performing') }
  return { service, database, events: createServiceEvents(store, SERVICES[service], { outside }) }
}

/** A process that was halted in a transaction has rows locked until the database ends that, which is after 10 s. */
async function untilItWorks(work: () => Promise<void>): Promise<void> {
  while (
    !(await work().then(
      () => true,
      () => sleep(200, false),
    ))
  );
}

async function expireLeases(database: Database): Promise<void> {
  const past = '2001-01-01T00:00:00.000Z'
  await database.write(async (db) => {
    const time = String(db.encode('timestamp', past))
    await db.execute((query: Kysely<TablesOf<[typeof leases, typeof items]>>) =>
      query.updateTable('mainspring_leases').set({ expire_time: time }),
    )
    await db.execute((query: Kysely<TablesOf<[typeof leases, typeof items]>>) =>
      query.updateTable('mainspring_items').set({ lease_time: time }).where('state', '=', 'LEASED'),
    )
  })
}

async function write({ outbox }: ServiceEvents, database: Database, counters: readonly string[]): Promise<void> {
  while (isOn) {
    const id = counters[Math.floor(Math.random() * counters.length)] ?? ''
    // Whether it was counted when the database went away, the database knows.
    await database.write((db) => raise(outbox, db, id)).catch(() => sleep(20))
    await sleep(orders.pace)
  }
}

async function listCounters(database: Database): Promise<readonly string[]> {
  const rows = await database.reader.query((query: Selects<TablesOf<[typeof Counter]>>) =>
    query.selectFrom('counters').select('id'),
  )
  return rows.map(({ id }) => id)
}

const running = await Promise.all(orders.services.map(open))
const meters = running.find(({ service }) => service === 'meters')
const diners = running.find(({ service }) => service === 'diners')
const transport = await openTransport(orders.transport, log)
if (diners) {
  await diners.events.subscribe(transport?.sources(['meters']) ?? (meters ? [memorySource(meters.events.outbox)] : []))
}
await meters?.events.subscribe([])
if (diners && orders.pace !== undefined) await diners.database.write(ring).catch(() => undefined)
isArmed = true
meters?.events.start(transport?.publisher('meters') && tellPublishing(transport.publisher('meters'), at))
diners?.events.start()
process.on('SIGTERM', () => {
  isOn = false
})
say({ ready: process.pid })
if (orders.pace !== undefined && meters) {
  const counters = await listCounters(meters.database)
  await Promise.all(Array.from({ length: WRITERS }, () => write(meters.events, meters.database, counters)))
} else if (meters && diners) await finish(meters.database, diners.database)
else while (isOn) await sleep(20)
await Promise.all(running.map(({ events }) => events.stop()))
await transport?.close()
await Promise.all(running.map(({ database }) => database.close()))

async function finish(from: Database, to: Database): Promise<void> {
  let missing = Number.POSITIVE_INFINITY
  for (let deadline = 0; ; await sleep(100)) {
    const finding = await audit(from, to, orders.outside)
    if (finding.missing < missing) deadline = Date.now() + PATIENCE
    missing = Math.min(missing, finding.missing)
    if (finding.missing <= 0 || Date.now() > deadline) return void say({ finding })
  }
}
