import type { Database, Selects, TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eraseSubjects } from './erasure.ts'
import { createInbox } from './inbox.ts'
import { listener } from './listener.ts'
import { ERASED } from './logs.ts'
import { eraseOnRequest } from './operations/erase.ts'
import { listInterventions } from './operations/interventions.ts'
import { registerListeners } from './registration.ts'
import { BEGINNING, memorySource } from './source.ts'
import { attempts, type inbox, interventions, items, type outbox } from './tables.ts'
import { Counted, type Meters, openMeters } from './testing/counters.ts'

type Tables = TablesOf<[typeof outbox, typeof inbox, typeof items, typeof attempts, typeof interventions]>

describeEachEngine('a subject', (engine) => {
  let meters: Meters
  let database: Database
  beforeAll(async () => {
    meters = await openMeters(await engine.createUrl())
    database = meters.database
    await registerListeners(meters.store, [
      listener({ name: 'meters.a', event: Counted, from: 'beginning', handle: async () => {} }),
    ])
  })
  afterAll(() => database.close())

  const stampAll = async () => {
    const epoch = await meters.conduct()
    while ((await meters.outbox.stamp(epoch)) > 0);
  }
  const takeAll = async () => {
    const epoch = await meters.conduct()
    const { take } = createInbox(meters.store)
    while ((await take(memorySource(meters.outbox), epoch)).read > 0);
  }
  const read = async (table: 'mainspring_outbox' | 'mainspring_inbox', text: string) => {
    const rows = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom(table).select(['type', 'subject', 'envelope', 'position']).orderBy('position'),
    )
    return { rows, saying: rows.filter((row) => JSON.stringify(row).includes(text)).length }
  }

  test('is erased from the logs, which keep their places and their order', async () => {
    const [before, erased] = [await meters.count(2), await meters.count(2)]
    await stampAll()
    await takeAll()
    const end = await meters.outbox.end()
    await meters.count(0)
    const more = await meters.count(1)
    const subject = `counters/${erased}`

    const result = await database.write((db) => eraseSubjects(db, [subject]))
    await stampAll()
    await takeAll()

    expect(result).toEqual({ events: 4, items: 0 })
    for (const table of ['mainspring_outbox', 'mainspring_inbox'] as const) {
      const { rows, saying } = await read(table, erased)
      expect(saying).toBe(0)
      expect(rows.filter(({ type }) => type === ERASED)).toHaveLength(2)
      expect(rows.filter(({ subject }) => subject === `counters/${before}`)).toHaveLength(2)
    }
    const seen = await meters.outbox.read(0, 100)
    expect(seen.map(({ subject }) => subject)).toEqual([before, before, more].map((id) => `counters/${id}`))
    expect(seen.at(-1)?.position).toBe(end + 1)
    expect(await createInbox(meters.store).end()).toBe(5)
  })

  test('is erased before it has gone out, and never arrives', async () => {
    const erased = await meters.count(2)
    const kept = await meters.count(1)
    await database.write((db) => eraseSubjects(db, [`counters/${erased}`]))

    await stampAll()
    await takeAll()

    const { rows, saying } = await read('mainspring_inbox', erased)
    expect(saying).toBe(0)
    expect(rows.at(-1)?.subject).toBe(`counters/${kept}`)
  })

  test('does not come back when its events are sent once more', async () => {
    const erased = await meters.count(2)
    await stampAll()
    const source = memorySource(meters.outbox)
    const [lane] = await source.lanes()
    if (!lane) throw new Error('A source has a lane.')
    const sent = await lane.read(BEGINNING, 1_000)
    await takeAll()
    await database.write((db) => eraseSubjects(db, [`counters/${erased}`]))

    const again = { ...source, name: 'another way', lanes: async () => [{ ...lane, read: async () => sent }] }
    await createInbox(meters.store).take(again, await meters.conduct())

    expect(sent.entries.filter(({ subject }) => subject === `counters/${erased}`)).toHaveLength(2)
    expect((await read('mainspring_inbox', erased)).saying).toBe(0)
  })

  test('does not arrive when it is erased after its events were read and before they are stored', async () => {
    const erased = await meters.count(2)
    const kept = await meters.count(1)
    await stampAll()
    const source = memorySource(meters.outbox)
    const [lane] = await source.lanes()
    if (!lane) throw new Error('A source has a lane.')
    const overtaken: typeof lane.read = async (after, limit) => {
      const page = await lane.read(after, limit)
      await database.write((db) => eraseSubjects(db, [`counters/${erased}`]))
      return page
    }

    await createInbox(meters.store).take(
      { ...source, lanes: async () => [{ ...lane, read: overtaken }] },
      await meters.conduct(),
    )

    expect((await read('mainspring_inbox', erased)).saying).toBe(0)
    expect((await read('mainspring_inbox', kept)).saying).toBe(1)
  })

  test('is erased by somebody who sees first how much there is, and is on record then', async () => {
    const erased = await meters.count(2)
    const subject = `counters/${erased}`
    await stampAll()
    await takeAll()

    const seen = await eraseOnRequest(meters.store, subject, { actor: 'ada', dry_run: true })
    const done = await eraseOnRequest(meters.store, subject, { actor: 'ada' })
    const again = await eraseOnRequest(meters.store, subject, { actor: 'bob' })

    expect([seen, done, again]).toEqual([
      { events: 4, items: 0 },
      { events: 4, items: 0 },
      { events: 0, items: 0 },
    ])
    expect((await read('mainspring_inbox', erased)).saying).toBe(0)
    const notes = await listInterventions(meters.store, {})
    expect(notes.filter(({ action }) => action === 'erase')).toMatchObject([
      { actor: 'ada', queue: null, item: null, payload: { subject } },
    ])
  })

  test('takes its work with it, and leaves who intervened', async () => {
    const item = (key: string | null, subject: string | null) => ({
      ...{
        queue: 'meters.bill',
        key,
        subject,
        state: 'READY' as const,
        payload: '{"name":"Ada"}',
        attempts: 1,
        epoch: 0,
      },
      ...{ due_time: '2026-01-01T00:00:00.000Z', create_time: '2026-01-01T00:00:00.000Z' },
      update_time: '2026-01-01T00:00:00.000Z',
    })
    const create_time = '2026-01-01T00:00:00.000Z'
    await database.write(async (db) => {
      await db.append(items, [item('people/1', null), item('x', 'people/1'), item('people/2', null), item(null, null)])
    })
    const made = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_items').select('number').orderBy('number'),
    )
    await database.write(async (db) => {
      await db.append(
        attempts,
        made.map(({ number }) => ({ item: number, error: 'Ada is away', create_time })),
      )
      await db.append(
        interventions,
        made.map(({ number }) => ({
          ...{ actor: 'root', action: 'edit', queue: 'meters.bill', item: number, payload: 'Ada', create_time },
        })),
      )
    })

    const result = await database.write((db) => eraseSubjects(db, ['people/1']))

    const left = made.slice(2).map(({ number }) => number)
    const itemsLeft = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_items').select('number').orderBy('number'),
    )
    const attemptsLeft = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_attempts').select('item').orderBy('number'),
    )
    const notes = await database.reader.query((query: Selects<Tables>) =>
      query
        .selectFrom('mainspring_interventions')
        .select(['actor', 'payload'])
        .where('action', '=', 'edit')
        .orderBy('number'),
    )
    expect(result).toEqual({ events: 0, items: 2 })
    expect(itemsLeft.map(({ number }) => number)).toEqual(left)
    expect(attemptsLeft.map(({ item }) => item)).toEqual(left)
    expect(notes.map(({ actor, payload }) => [actor, payload])).toEqual([
      ...[null, null, 'Ada', 'Ada'].map((payload) => ['root', payload]),
    ])
  })
})
