import {
  createLog,
  createManualClock,
  id,
  type SpanOptions,
  systemClock,
  type Tracer,
  unavailable,
} from '@mainspring/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { EventStore, Writes } from './context.ts'
import { listener } from './listener.ts'
import { queue } from './queue-declaration.ts'
import { schedule } from './schedule.ts'
import { createServiceEvents } from './service-events.ts'
import { memorySource } from './source.ts'
import { Counted, Counter, openMeters } from './testing/counters.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const origin = { requestid: 'r1', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }
const about = { request_id: 'r1', trace_id: TRACE }
const SOON = { timeout: 15_000, interval: 20 }

const printing = queue({
  name: 'meters.print',
  payload: { counter_id: id() },
  async perform({ log }: Writes) {
    log.info('printed')
  },
  settle: async ({ log }: Writes) => log.info('settled'),
})

/** Fails at the first attempt. */
const failingOnce = () => {
  let attempts = 0
  return listener({
    name: 'meters.note',
    event: Counted,
    retry: { first_seconds: 0.01, longest_seconds: 0.01 },
    async handle({ log, enqueue }: Writes, { data: { counter_id } }) {
      log.info('noted')
      await enqueue(printing, { counter_id })
      attempts += 1
      if (attempts === 1) throw unavailable('not_yet')
    },
  })
}

const ticking = schedule({
  name: 'meters.tick',
  cron: '* * * * *',
  async handle({ db, emit, log }: Writes) {
    const { id: counter_id } = await db.insert(Counter, { count: 1 })
    await emit(Counted, { counter_id, count: 1 })
    log.info('ticked')
  },
})

test('what follows from a request is logged under its id and its trace, at each attempt and at the end of a queue', async () => {
  const { lines, count } = await start()

  await count()

  await vi.waitFor(() => expect(lines.at(-1)).toMatchObject({ message: 'settled' }), SOON)
  const event = { listener: 'meters.note', event_id: expect.any(String), event_type: 'meters.counted' }
  const item = { queue: 'meters.print', item: expect.stringMatching(/^meters-/), attempt: 1 }
  expect(lines).toEqual([
    expect.objectContaining({ message: 'noted', ...about, ...event, attempt: 1 }),
    expect.objectContaining({ message: 'a listener failed', ...about, ...event, attempt: 1 }),
    expect.objectContaining({ message: 'noted', ...about, ...event, attempt: 2 }),
    expect.objectContaining({ message: 'printed', ...about, ...item }),
    expect.objectContaining({ message: 'settled', ...about, ...item }),
  ])
})

test('what follows from a schedule has an id of its own', async () => {
  const clock = createManualClock('2026-11-20T09:30:00Z')
  const { lines } = await start({ clock })

  await vi.waitFor(() => {
    clock.advance(1_000)
    expect(lines).toContainEqual(expect.objectContaining({ message: 'settled' }))
  }, SOON)

  const [ticked] = lines.filter(({ schedule }) => schedule === 'meters.tick')
  expect(ticked).toMatchObject({ message: 'ticked', request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  expect(lines.find(({ message }) => message === 'settled')?.request_id).toBe(ticked?.request_id)
})

test('each step is a span below what caused it, and one that was undone is not told', async () => {
  const told: string[] = []
  const { count } = await start({ tracer: recordingTracer(told) })

  await count()

  await vi.waitFor(() => expect(told.length).toBe(8), SOON)
  expect(told.toSorted()).toEqual([
    '00f067aa0ba902b7 > send meters.counted',
    'process meters.note > settle',
    'process meters.print > perform',
    'process meters.print > settle',
    'send meters.counted > process meters.note',
    'send meters.counted > process meters.note failed',
    'send meters.print > process meters.print',
    'settle > send meters.print',
  ])
})

async function start(given: Partial<Pick<EventStore, 'clock' | 'tracer'>> = {}) {
  const lines: Readonly<Record<string, unknown>>[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line)) })
  const meters = await openMeters('sqlite::memory:')
  const store = { ...meters.storeOf({ log }), clock: systemClock, ...given }
  const declared = { events: [Counted], listeners: [failingOnce()], queues: [printing], schedules: [ticking] }
  const service = createServiceEvents(store, declared, {})
  await service.subscribe([memorySource(service.outbox)])
  service.start()
  onTestFinished(async () => {
    await service.stop()
    await meters.database.close()
  })
  return {
    lines,
    count: () =>
      meters.database.write(async (db) => {
        const { id: counter_id } = await db.insert(Counter, { count: 1 })
        await service.publishing(db, origin).emit(Counted, { counter_id, count: 1 })
      }),
  }
}

/** Tells of each span that ended below which it was; what is handed on is its name. */
function recordingTracer(told: string[]): Tracer {
  return {
    start(name, { parent }: SpanOptions) {
      const above = parent?.traceparent?.split('-')[2] ?? 'nothing'
      return {
        context: { traceparent: `00-${TRACE}-${name}-01` },
        end: (end) => void told.push(`${above} > ${name}${end?.error === undefined ? '' : ' failed'}`),
      }
    },
    close: async () => {},
  }
}
