import { createLog } from '@mainspring/core'
import type { Database, Kysely, Selects, Stored, TablesOf, Writer } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventType } from './event.ts'
import { createInbox } from './inbox.ts'
import { LeaseLost } from './lease.ts'
import { type Listener, listener } from './listener.ts'
import { registerListeners } from './registration.ts'
import { type Arrival, BEGINNING, CLOSED, type EventSource, type Lane, memorySource, placeOf } from './source.ts'
import type { inbox, listeners, readers, subscriptions } from './tables.ts'
import { Cleared, Counted, Counter, type Meters, openMeters } from './testing/counters.ts'

type Tables = TablesOf<[typeof inbox, typeof subscriptions, typeof listeners, typeof readers]>

const listen = (name: string, event: EventType | readonly EventType[], from: Listener['from'] = 'now') =>
  listener({ name, event, from, handle: async () => {} })

/** Events that a test makes up: a letter each, which is their type, with their place as their id. */
const entriesOf = (letters: string, generation = ''): readonly Arrival[] =>
  [...letters].map((letter, index) => ({
    place: placeOf(index + 1),
    type: `meters.${letter}`,
    subject: 'counters/1',
    envelope: JSON.stringify({ id: `${letter}${index + 1}${generation}` }),
  }))
const typeOf = (letter: string): EventType => ({ ...Counted, type: `meters.${letter}` })

interface FakeSource extends EventSource {
  entries: readonly Arrival[]
  readonly reports: number[]
  beforeRead: () => Promise<unknown>
  end: () => Promise<string>
}

const createSource = (entries: readonly Arrival[], name = 'meters'): FakeSource => ({
  name,
  services: ['meters'],
  entries,
  reports: [],
  beforeRead: async () => {},
  async end() {
    return this.entries.at(-1)?.place ?? BEGINNING
  },
  async lanes() {
    return [
      {
        name: 'log',
        mayGoBack: true,
        read: async (after, limit) => {
          const found = this.entries.filter(({ place }) => place > after).slice(0, limit)
          await this.beforeRead()
          return { entries: found, place: found.at(-1)?.place ?? after }
        },
        end: () => this.end(),
        report: async (_, place) => void this.reports.push(Number(place)),
      },
    ]
  },
})

/** A database whose units of work have `meanwhile` happen before the step of this number. */
const interrupted = (database: Database, step: number, meanwhile: () => Promise<unknown>): Database => {
  let steps = 0
  const slow = (db: Writer): Writer =>
    new Proxy(db, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target)
        if (typeof member !== 'function') return member
        if (!/^(query|execute|require|append)/.test(String(key))) return member.bind(target)
        return async (...given: unknown[]) => {
          if (++steps === step) await meanwhile()
          return member.apply(target, given)
        }
      },
    })
  return { ...database, write: (job, options) => database.write((db) => job(slow(db)), options) }
}

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

  const inboxOf = async ({ database }: Meters) =>
    database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_inbox').select(['position', 'id', 'type', 'subject']).orderBy('position'),
    )
  const idsOf = async (diners: Meters) => (await inboxOf(diners)).map(({ id }) => id)
  const placesOf = async ({ database }: Meters) => {
    const rows = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_subscriptions').select(['type', 'place']).orderBy('type'),
    )
    return Object.fromEntries(rows.map(({ type, place }) => [type.replace('meters.', ''), Number(place)]))
  }
  const registered = async ({ database }: Meters) => {
    const rows = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_listeners').select(['name', 'types', 'from', 'position']).orderBy('name'),
    )
    const decode = database.engine.decoder('json') ?? ((raw: unknown) => raw)
    return rows.map((row): Partial<Stored<typeof listeners>> => ({ ...row, types: decode(row.types) as string[] }))
  }
  const takeAll = async (diners: Meters, source: EventSource) => {
    const { take } = createInbox(diners.store)
    const epoch = await diners.conduct()
    while ((await take(source, epoch)).read > 0);
  }
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

  test('begins with a new type now or at the beginning, and goes on with the others', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('abc'))
    await registerListeners(diners.store, [listen('diners.now', typeOf('a'))])
    await takeAll(diners, source)
    source.entries = entriesOf('abcabc')
    await takeAll(diners, source)
    await registerListeners(diners.store, [
      listen('diners.late', typeOf('b')),
      listen('diners.all', [typeOf('c'), typeOf('a')], 'beginning'),
    ])
    await createInbox(diners.store).subscribe(source)
    source.entries = entriesOf('abcabcabc')

    await takeAll(diners, source)

    expect(await idsOf(diners)).toEqual(['a4', 'c3', 'c6', 'a7', 'b8', 'c9'])
    expect(await placesOf(diners)).toEqual({ a: 9, b: 9, c: 9 })
    expect(await registered(diners)).toMatchObject([
      { name: 'diners.all', from: 'beginning', position: 0 },
      { name: 'diners.late', from: 'now', position: 1 },
      { name: 'diners.now', from: 'now', position: 0 },
    ])
  })

  test('begins at the beginning if one of several listeners wants that', async () => {
    const diners = await openDiners()
    await registerListeners(diners.store, [
      listen('diners.1', typeOf('a'), 'beginning'),
      listen('diners.2', [typeOf('a'), typeOf('b'), typeOf('c')]),
      listen('diners.3', typeOf('b'), 'beginning'),
    ])

    await takeAll(diners, createSource(entriesOf('abc')))

    expect(await idsOf(diners)).toEqual(['a1', 'b2'])
  })

  test('keeps the order of a type that is begun while others are read', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('ab'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    await takeAll(diners, source)
    source.entries = entriesOf('abab')
    source.beforeRead = async () => {
      source.beforeRead = async () => {}
      await registerListeners(diners.store, [listen('diners.b', typeOf('b'), 'beginning')])
      await createInbox(diners.store).subscribe(source)
    }

    await takeAll(diners, source)

    expect(await idsOf(diners)).toEqual(['a1', 'a3', 'b2', 'b4'])
    // What was not read for one type yet is not to be pruned.
    expect(source.reports.slice(0, 2)).toEqual([2, 0])
  })

  test('has what was emitted since the listeners were registered', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('aa'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'))])
    await createInbox(diners.store).subscribe(source)
    source.entries = entriesOf('aaa')

    await takeAll(diners, source)

    expect(await idsOf(diners)).toEqual(['a3'])
  })

  test('holds what a process wants that another one takes without knowing of it', async () => {
    const diners = await openDiners()
    const old = createInbox(diners.storeOf({ instance: 'old' }))
    const epoch = await diners.conduct('old')
    const source = createSource(entriesOf('a'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'))])
    await old.take(source, epoch)
    await registerListeners(diners.store, [listen('diners.new', typeOf('unheard-of'))])
    await createInbox(diners.store).subscribe(source)
    source.entries = [...entriesOf('a'), { ...entriesOf('ab')[1], type: 'meters.unheard-of' } as Arrival]

    await old.take(source, epoch)

    expect(await idsOf(diners)).toEqual(['b2'])
  })

  test('knows each listener once, however many processes start at once, and takes no type from it', async () => {
    const diners = await openDiners()
    await registerListeners(diners.store, [listen('diners.x', [typeOf('a'), typeOf('b')])])

    await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) =>
        registerListeners(diners.store, [listen('diners.x', typeOf(letter)), listen('diners.y', typeOf(letter))]),
      ),
    )

    const all = await registered(diners)
    expect(all.map(({ name, types = [] }) => [name, types.toSorted()])).toEqual(
      ['diners.x', 'diners.y'].map((name) => [
        name,
        ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `meters.${letter}`),
      ]),
    )
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

  test('goes on from the end of a source that was restored, and says so', async () => {
    const diners = await openDiners()
    const lines: string[] = []
    const log = createLog({ level: 'warn', write: (line) => lines.push(line) })
    const { take } = createInbox(diners.storeOf({ log }))
    const epoch = await diners.conduct()
    const source = createSource(entriesOf('aaaaa'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    await take(source, epoch)
    source.entries = entriesOf('aa')
    await take(source, epoch)
    source.entries = [...entriesOf('aa'), ...entriesOf('aaaa', ' again').slice(2)]

    await take(source, epoch)
    await take(source, epoch)

    expect(await idsOf(diners)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a3 again', 'a4 again'])
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        source: 'meters',
        end: placeOf(2),
        place: placeOf(5),
        message: 'a source ends before what was read of it; it goes on from its end',
      },
    ])
  })

  test('has what a source emits that was restored before anybody was served', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('aaaaa'))
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
    await takeAll(diners, source)
    source.entries = entriesOf('aa')
    await createInbox(diners.store).subscribe(source)
    source.entries = [...entriesOf('aa'), ...entriesOf('aaaaaa', ' again').slice(2)]

    await takeAll(diners, source)

    expect((await idsOf(diners)).slice(5)).toEqual(['a3 again', 'a4 again', 'a5 again', 'a6 again'])
  })

  test('needs a source that is away only for what is new', async () => {
    const diners = await openDiners()
    const source = createSource(entriesOf('ab'))
    const away: EventSource = { ...source, lanes: () => Promise.reject(new Error('refused')) }
    const { subscribe } = createInbox(diners.store)
    await registerListeners(diners.store, [listen('diners.a', typeOf('a'))])

    const first = await subscribe(away).catch((error: unknown) => error)
    await subscribe(source)
    const again = await subscribe(away)
    await registerListeners(diners.store, [listen('diners.b', typeOf('b'))])
    const more = await subscribe(away).catch((error: unknown) => error)

    expect(first).toMatchObject({ name: 'SourceAway', message: 'meters is away: refused', types: ['meters.a'] })
    expect(again).toBeUndefined()
    expect(more).toMatchObject({ types: ['meters.b'] })
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
    await expect(take(nameless, epoch)).rejects.toThrow(`The meters.a at place ${placeOf(1)} of its log has no id.`)
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

  if (engine.name !== 'sqlite') {
    test('keeps what is wanted since the transaction began for the next one', async () => {
      const diners = await openDiners()
      const source = createSource(entriesOf('ab'))
      await registerListeners(diners.store, [listen('diners.a', typeOf('a'), 'beginning')])
      await createInbox(diners.store).subscribe(source)
      let end = 0
      const ending = Object.assign(createSource(entriesOf('ab')), { end: async () => placeOf(end) })
      const join = async () => {
        await registerListeners(diners.store, [listen('diners.b', typeOf('b'))])
        await createInbox(diners.store).subscribe(ending)
      }

      for (const step of [2, 3, 4, 5, 6, 7, 8, -2, -3, -4, -5, -6, -7, -8]) {
        end = step < 0 ? 2 : 1
        const epoch = await diners.conduct()
        const slow = createInbox(diners.storeOf({ database: interrupted(diners.database, Math.abs(step), join) }))
        await slow.take(source, epoch)
        await takeAll(diners, source)
        expect(await idsOf(diners)).toEqual(end === 1 ? ['a1', 'b2'] : ['a1'])
        await forget(diners)
      }
    })
  }

  /** As if b had never been listened to, and nothing had arrived. */
  const forget = ({ database }: Meters) =>
    database.write(async (db) => {
      await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_inbox'))
      await db.execute((query: Kysely<Tables>) =>
        query.deleteFrom('mainspring_listeners').where('name', '=', 'diners.b'),
      )
      await db.execute((query: Kysely<Tables>) =>
        query.deleteFrom('mainspring_subscriptions').where('type', '=', 'meters.b'),
      )
      await db.execute((query: Kysely<Tables>) =>
        query.updateTable('mainspring_subscriptions').set({ place: BEGINNING }),
      )
    })
})
