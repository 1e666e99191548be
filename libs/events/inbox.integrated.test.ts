import type { Database, Selects, TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInbox } from './inbox.ts'
import { LeaseLost } from './lease.ts'
import { registerListeners } from './registration.ts'
import { type Arrival, BEGINNING, CLOSED, type EventSource, type Lane, memorySource, placeOf } from './source.ts'
import type { inbox, readers } from './tables.ts'
import { Cleared, Counted, Counter, type Meters, openMeters } from './testing/counters.ts'
import {
  createSource,
  entriesOf,
  idsOf,
  inboxOf,
  interrupted,
  listen,
  placesOf,
  takeAll,
  typeOf,
} from './testing/letters.ts'

type Tables = TablesOf<[typeof inbox, typeof readers]>

describeEachEngine('the inbox', (engine) => {
  const open: Database[] = []
  /** A service that listens, on a database of its own. */
  const openDiners = async () => {
    const diners = await openMeters(await engine.createUrl(), 'diners')
    open.push(diners.database)
    return diners
  }
  let meters: Meters
  beforeAll(async () => {
    meters = await openMeters(await engine.createUrl())
    open.push(meters.database)
  })
  afterAll(async () => {
    for (const database of open) await database.close()
  })

  const stampAll = async () => {
    const epoch = await meters.conduct()
    while ((await meters.outbox.stamp(epoch)) > 0);
  }

  test('takes from another service what is listened to, in order and once', async () => {
    const diners = await openDiners()
    const source = memorySource(meters.outbox)
    await registerListeners(diners.store, [listen('diners.eat', Counted)])
    await createInbox(diners.store).subscribe(source)
    const id = await meters.count(3)
    await meters.database.write(async (db) => {
      await db.getForUpdate(Counter, id)
      await meters.outbox.emitter(db, {})(Cleared, { counter_id: id })
    })
    await stampAll()

    await takeAll(diners, source)
    await takeAll(diners, source)

    expect(await inboxOf(diners)).toMatchObject(
      [1, 2, 3].map((position) => ({ position, type: 'meters.counted', subject: `counters/${id}` })),
    )
    const [envelope] = await diners.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_inbox').select(['envelope', 'source']).where('position', '=', 3),
    )
    expect(envelope?.source).toBe('meters')
    expect(JSON.parse(String(envelope?.envelope))).toMatchObject({ source: '/meters', data: { count: 3 } })
    expect(await createInbox(diners.store).end()).toBe(3)
  })

  test('takes more than fit into one transaction', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('ab'.repeat(700)))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])

    await takeAll(diners, source)

    const wanted = source.entries.filter(({ type }) => type === 'meters.a')
    expect(await idsOf(diners)).toEqual(wanted.map(({ place }) => `a${Number(place)}`))
    expect((await inboxOf(diners)).at(-1)?.position).toBe(700)
    expect(await placesOf(diners)).toEqual({ a: 1_400 })
  })

  test('passes over what has arrived already', async () => {
    const diners = await openDiners()
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    const source = createSource([...entriesOf('aa'), { ...entriesOf('a')[0], place: placeOf(3) } as Arrival])
    await takeAll(diners, source)

    await takeAll(diners, { ...createSource(entriesOf('aaaa')), name: 'the same in another way' })

    expect(await idsOf(diners)).toEqual(['a1', 'a2', 'a3', 'a4'])
    expect((await inboxOf(diners)).map(({ position }) => position)).toEqual([1, 2, 3, 4])
  })

  test('loses and repeats nothing wherever a transaction ends', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('abaab'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    await createInbox(diners.store).subscribe(source)
    const epoch = await diners.conduct()
    const crash = async () => Promise.reject(new Error('crashed'))
    let crashes = 0

    for (let step = 1; ; step++) {
      const dying = createInbox(diners.storeOf({ database: interrupted(diners.database, step, crash) }))
      const outcome = await dying.take(source, epoch).catch((error: Error) => error.message)
      if (outcome !== 'crashed') break
      crashes += 1
      expect(await idsOf(diners)).toEqual([])
      expect(await placesOf(diners)).toEqual({ a: 0 })
    }

    expect(crashes).toBeGreaterThan(5)
    expect(await idsOf(diners)).toEqual(['a1', 'a3', 'a4'])
    expect(await placesOf(diners)).toEqual({ a: 5 })
  })

  test('takes nothing for a conductor whose time is over', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('aa'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    const late = await diners.conduct('late')
    source.beforeRead = () => diners.conduct('next')

    await expect(createInbox(diners.store).take(source, late)).rejects.toThrow(LeaseLost)

    expect(await idsOf(diners)).toEqual([])
    expect(await placesOf(diners)).toEqual({ a: 0 })
  })

  test('changes nothing when a source fails, and then goes on', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('aa'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    source.beforeRead = () => Promise.reject(new Error('away'))
    const nameless = createSource(
      entriesOf('aa').map((entry) => ({ ...entry, envelope: '{}' })),
      'nameless',
    )
    const epoch = await diners.conduct()
    const { take } = createInbox(diners.store)

    await expect(take(source, epoch)).rejects.toThrow('away')
    await expect(take(nameless, epoch)).rejects.toThrow(/^A meters\.a of .+ has no id\.$/)
    expect(await idsOf(diners)).toEqual([])
    source.beforeRead = async () => {}
    expect(await take(source, epoch)).toEqual({ read: 2, stored: 2 })
  })

  test('tells a source how far it is, not more than once a second', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('aa'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    const { take } = createInbox(diners.store)
    const epoch = await diners.conduct()

    await take(source, epoch)
    source.entries = entriesOf('aaab')
    await take(source, epoch)
    expect(source.reports).toEqual([2])
    await expect.poll(async () => take(source, epoch).then(() => source.reports), { timeout: 5_000 }).toEqual([2, 4])

    const [lane] = await memorySource(meters.outbox).lanes()
    await lane?.report?.('diners', placeOf(1))
    await lane?.report?.('diners', placeOf(2))
    const rows = await meters.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_readers').select(['name', 'position']),
    )
    expect(rows).toEqual([{ name: 'diners', position: 2 }])
  })

  test('reads a lane to its end before what comes after it, and begins with what is new there', async () => {
    const diners = await openDiners()
    const laneOf = (name: string, letters: string, more: Partial<Lane> = {}): Lane => {
      const entries = entriesOf(letters, ` of ${name}`)
      return {
        name,
        read: async (after) => {
          const found = entries.filter(({ place }) => place > after).slice(0, 2)
          return { entries: found, place: found.at(-1)?.place ?? CLOSED }
        },
        end: async () => entries.at(-1)?.place ?? BEGINNING,
        ...more,
      }
    }
    let lanes = [laneOf('parent', 'ab'), laneOf('other', 'a')]
    const source: EventSource = { name: 'shards', services: ['meters'], lanes: async () => lanes }
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'))])
    await createInbox(diners.store).subscribe(source)
    lanes = [laneOf('child', 'aab', { after: ['parent', 'gone'] }), laneOf('parent', 'abaaa'), laneOf('other', 'a')]
    const { take } = createInbox(diners.store)
    const epoch = await diners.conduct()

    for (let turn = 0; turn < 3; turn++) await take(source, epoch)
    const before = await idsOf(diners)
    await registerListeners(diners.store, [listen('diners.b', typeOf('b'), 'beginning')])
    for (let turn = 0; turn < 10; turn++) await take(source, epoch)

    const ofParent = ['a3 of parent', 'a4 of parent', 'a5 of parent']
    expect(before).toEqual(ofParent)
    const ofChild = ['a1 of child', 'a2 of child', 'b3 of child']
    expect(await idsOf(diners)).toEqual([...ofParent, 'b2 of parent', ...ofChild])
  })
})
