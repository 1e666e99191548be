import { AppError } from '@mainspring/core'
import { type Kysely, type Selects, sql, type TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Writes } from '../context.ts'
import type { EventOf } from '../envelope.ts'
import { type Listener, listener } from '../listener.ts'
import { createServiceEvents, type ServiceEvents } from '../service-events.ts'
import { memorySource } from '../source.ts'
import { type inbox, listeners, marks } from '../tables.ts'
import { Counted, type Meters, openMeters } from '../testing/counters.ts'
import { getDeadLetter, listDeadLetters } from './dead-letters.ts'
import { editDeadLetter } from './edit.ts'
import { forgetConsumer, listListenerPlaces } from './listeners.ts'
import { getLogPositions } from './log-positions.ts'
import { discardDeadLetters } from './treatment.ts'

type Tables = TablesOf<[typeof inbox, typeof listeners, typeof marks]>

const PATIENT = { timeout: 20_000, interval: 20 }
const actor = 'ada'

describeEachEngine('listeners in the eyes of their keepers', (engine) => {
  let meters: Meters
  let service: ServiceEvents | undefined
  let seen: string[]
  beforeEach(async () => {
    meters = await openMeters(await engine.createUrl())
    seen = []
  })
  afterEach(async () => {
    await service?.stop()
    service = undefined
    await meters.database.close()
  })

  const fussy = listener({
    name: 'meters.fussy',
    event: Counted,
    handle: async (_: Writes, { data }: EventOf<typeof Counted>) => {
      if (data.count === 2) throw new AppError('invalid', 'odd_number')
      seen.push(`fussy ${data.count}`)
    },
  })
  const later = listener({
    name: 'meters.later',
    event: Counted,
    after: [fussy],
    handle: async (_: Writes, { data }) => void seen.push(`later ${data.count}`),
  })

  async function listen(listeners: readonly Listener<Writes>[]): Promise<void> {
    service = createServiceEvents(meters.store, { events: [Counted], listeners, queues: [], schedules: [] }, {})
    await service.subscribe([memorySource(service.outbox)])
    service.start()
  }

  async function makeDeadLetter(): Promise<number> {
    await listen([fussy, later])
    await meters.count(3)
    await vi.waitFor(() => expect(seen.toSorted()).toEqual(['fussy 1', 'fussy 3', 'later 1', 'later 3']), PATIENT)
    const [letter] = await listDeadLetters(meters.store, {})
    return letter?.number ?? 0
  }

  /** Events that arrived while nobody listened, every other one of them for a listener that is done with one. */
  const arrive = (count: number) =>
    meters.database.write(async (db) => {
      const receive_time = db.now()
      for (let position = 1; position <= count; position++) {
        await db.execute((query: Kysely<Tables>) =>
          query.insertInto('mainspring_inbox').values({
            ...{ position, source: 'meters', id: String(position), type: position % 2 ? 'meters.counted' : 'others.b' },
            ...{ subject: 'counters/a', envelope: '{}' },
            receive_time: String(db.encode('timestamp', receive_time)),
          }),
        )
      }
      await db.execute((query: Kysely<{ mainspring_logs: { name: string; position: number } }>) =>
        query.insertInto('mainspring_logs').values({ name: 'inbox', position: count }),
      )
      await db.append(listeners, [
        { name: 'meters.gone', types: ['meters.counted'], from: 'now', position: 2, create_time: receive_time },
      ])
      await db.append(marks, [{ listener: 'meters.gone', position: 5 }])
    })

  const count = async (name: 'mainspring_marks' | 'mainspring_listeners') => {
    const [row] = await meters.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom(name).select(sql<number>`count(*)`.as('count')),
    )
    return Number(row?.count)
  }

  test('tell how many events they have not come to, without those of others and those that are done', async () => {
    await arrive(9)

    const [place] = await listListenerPlaces(meters.store)

    expect(place).toMatchObject({ listener: 'meters.gone', types: ['meters.counted'], position: 2, lag: 3 })
    expect(Math.abs(Date.parse(place?.oldest_time ?? '') - Date.now())).toBeLessThan(60_000)
  })

  test('that have come to all are behind nothing, and who reads the outbox is told with its place', async () => {
    await listen([fussy])
    await meters.count(1)
    await vi.waitFor(() => expect(seen).toEqual(['fussy 1']), PATIENT)

    await vi.waitFor(
      async () =>
        expect(await listListenerPlaces(meters.store)).toMatchObject([{ position: 1, lag: 0, oldest_time: null }]),
      PATIENT,
    )

    await vi.waitFor(
      async () =>
        expect(await getLogPositions(meters.store)).toMatchObject({
          ...{ published_position: 1, received_position: 1 },
          readers: [{ reader: 'meters', position: 1, lag: 0 }],
        }),
      PATIENT,
    )
  })

  test('a dead letter that is discarded counts as done by its listener, and those after it go on', async () => {
    await makeDeadLetter()

    const { count: discarded } = await discardDeadLetters(meters.store, { queue: fussy.name }, { actor })
    const marked = await meters.database.reader.query((query: Selects<Tables>) =>
      query
        .selectFrom('mainspring_marks')
        .select('position')
        .where('listener', '=', fussy.name)
        .where('position', '=', 2),
    )

    expect([discarded, marked]).toEqual([1, [{ position: 2 }]])
    await vi.waitFor(() => expect(seen).toContain('later 2'), PATIENT)
    expect(seen).not.toContain('fussy 2')
  })

  test('of an event only what it says may be edited, into what its type says', async () => {
    const number = await makeDeadLetter()
    const { payload } = await getDeadLetter(meters.store, number)
    const old = payload as EventOf<typeof Counted>
    const edit = (changes: object) =>
      editDeadLetter(
        meters.store,
        number,
        { ...old, ...changes },
        { actor, consumers: { listeners: [fussy], queues: [] } },
      )

    const refused = await Promise.allSettled([
      edit({ subject: 'counters/other' }),
      edit({ note: 'x' }),
      edit({ data: { count: 'two' } }),
      edit({ data: 5 }),
    ])
    await edit({ data: { ...old.data, count: 4 } })

    expect(refused.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(
      Array(4).fill('event_invalid'),
    )
    expect(await getDeadLetter(meters.store, number)).toMatchObject({
      payload: { subject: old.subject, data: { count: 4 } },
      interventions: [{ action: 'edit', payload: old }],
    })
  })

  test('one that is forgotten leaves neither its place nor its marks nor what it had set aside', async () => {
    await makeDeadLetter()
    await service?.stop()

    const given = await forgetConsumer(meters.store, fussy.name, actor)

    expect(given).toBe(1)
    expect((await listListenerPlaces(meters.store)).map((each) => each.listener)).toEqual([later.name])
    expect(await listDeadLetters(meters.store, {})).toEqual([])
    expect(await count('mainspring_listeners')).toBe(1)
  })
})
