import { createLog } from '@mainspring/core'
import type { Database, Kysely, Selects, Stored, TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, expect, test } from 'vitest'
import { createInbox } from './inbox.ts'
import { registerListeners } from './registration.ts'
import { type Arrival, BEGINNING, type EventSource, placeOf } from './source.ts'
import type { inbox, listeners, subscriptions } from './tables.ts'
import { type Meters, openMeters } from './testing/counters.ts'
import { createSource, entriesOf, idsOf, interrupted, listen, placesOf, takeAll, typeOf } from './testing/letters.ts'

type Tables = TablesOf<[typeof inbox, typeof subscriptions, typeof listeners]>

describeEachEngine('what is subscribed to', (engine) => {
  const open: Database[] = []
  /** A service that listens, on a database of its own. */
  const openDiners = async () => {
    const diners = await openMeters(await engine.createUrl(), 'diners')
    open.push(diners.database)
    return diners
  }
  afterAll(async () => {
    for (const database of open) await database.close()
  })

  const registered = async ({ database }: Meters) => {
    const rows = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_listeners').select(['name', 'types', 'from', 'position']).orderBy('name'),
    )
    return rows.map(
      (row): Partial<Stored<typeof listeners>> => ({
        ...row,
        types: database.reader.decode('json', row.types) as string[],
      }),
    )
  }

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
