import { createLog, systemClock } from '@mainspring/core'
import { createDatabase, type Engine, type Kysely, type Selects, type TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunUnit } from '../consumer.ts'
import type { Writes } from '../context.ts'
import { eraseSubjects } from '../erasure.ts'
import { createInbox } from '../inbox.ts'
import { insertItems, type NewItem } from '../items.ts'
import { type Listener, listener } from '../listener.ts'
import { registerListeners } from '../registration.ts'
import { memorySource } from '../source.ts'
import { type items, type listeners, marks } from '../tables.ts'
import { Cleared, Counted, Counter, type Meters, openMeters, raise } from '../testing/counters.ts'
import { createRunner, type Runner } from './runner.ts'
import { unblock } from './unblock.ts'

type Tables = TablesOf<[typeof items]>

const PAST = '2001-01-01T00:00:00.000Z'

const handled: number[] = []
const first = listener({ name: 'meters.first', event: Counted, handle: async () => {} })
const second = listener({
  name: 'meters.second',
  event: Counted,
  after: [first],
  handle: async (_: Writes, { data }) => void handled.push(data.count),
})

describeEachEngine('a listener', (engine) => {
  let meters: Meters
  beforeEach(async () => {
    handled.splice(0)
    meters = await openMeters(await engine.createUrl())
    await registerListeners(meters.store, [first, second])
  })
  afterEach(() => meters.database.close())

  const runUnit: RunUnit = (_origin, job, options) =>
    meters.database.write(
      (db) => job({ db, clock: systemClock, log: createLog({ level: 'silent' }) } as unknown as Writes),
      options,
    )
  /** Takes the lease; what is emitted is taken in by `receive`. */
  const conduct = async () => {
    const epoch = await meters.conduct()
    const inbox = createInbox(meters.store)
    const source = memorySource(meters.outbox)
    await inbox.subscribe(source)
    const receive = async () => {
      while ((await meters.outbox.stamp(epoch)) > 0);
      while ((await inbox.take(source, epoch)).read > 0);
    }
    return { epoch, receive }
  }
  /** So many events of one counter. */
  const raiseOften = async (times: number) => {
    const id = await meters.count(0)
    await meters.database.write(async (db) => {
      for (let time = 0; time < times; time++) await raise(meters.outbox, db, id)
    })
    return id
  }
  const finishFirst = () =>
    meters.database.write((db) =>
      db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_items').where('queue', '=', first.name)),
    )
  const itemsOf = ({ name }: Listener) =>
    meters.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_items').select(['position', 'state']).where('queue', '=', name).orderBy('number'),
    )

  test('that comes after another overtakes nothing, whenever that is done', async () => {
    const { epoch, receive } = await conduct()
    const key = `counters/${await meters.count(2)}`
    await receive()
    const item = (queue: string, position: number, state: NewItem['state']): NewItem => ({
      ...{ queue, key, state, position, payload: {}, due_time: PAST },
    })
    const before: Runner = { listener: first, seen: 2, isAtRest: true, run: never, rest: never, save: never }

    for (let statements = 0; statements < 8; statements++) {
      await meters.database.write(async (db) => {
        await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_items'))
        await insertItems(db, [item(first.name, 1, 'READY'), item(first.name, 2, 'WAITING')])
        await insertItems(db, [item(second.name, 1, 'BLOCKED')])
        await db.execute((query: Kysely<TablesOf<[typeof listeners]>>) =>
          query.updateTable('mainspring_listeners').set({ position: 1 }).where('name', '=', second.name),
        )
      })
      const store = meters.storeOf({ database: interrupt(meters, statements, finishFirst) })
      const options = { store, listener: second, before: [before], runUnit, epoch, onItems: () => {} }
      const runner = await createRunner(options)

      await runner.run(2, new AbortController().signal)

      expect(handled).toEqual([])
      expect((await itemsOf(second)).map(({ position }) => position)).toEqual([1, 2])
    }
  })

  test('looks for its events among few places first, and among more while there are none', async () => {
    const { epoch, receive } = await conduct()
    await raiseOften(3_500)
    await receive()
    const rare = listener({ name: 'meters.rare', event: Cleared, handle: async () => {} })
    await registerListeners(meters.store, [first, second, rare])
    await meters.database.write((db) =>
      db.execute((query: Kysely<TablesOf<[typeof listeners]>>) =>
        query.updateTable('mainspring_listeners').set({ position: 0 }).where('name', '=', rare.name),
      ),
    )
    const runner = await createRunner({
      ...{ store: meters.store, listener: rare, before: [], runUnit, epoch, onItems: () => {} },
    })

    const seen: number[] = []
    while (await runner.run(3_500, new AbortController().signal)) seen.push(runner.seen)

    expect(seen).toEqual([1_000, 3_000])
    expect(runner.seen).toBe(3_500)
  })

  test('sets nothing aside that is erased while it fails', async () => {
    const { epoch, receive } = await conduct()
    const [erased] = [await meters.count(2), await meters.count(1)]
    await receive()
    const failing: RunUnit = async () => {
      await meters.database.write((db) => eraseSubjects(db, [`counters/${erased}`]))
      throw new Error('It fails.')
    }
    const options = { store: meters.store, listener: first, before: [], runUnit: failing, epoch, onItems: () => {} }
    const runner = await createRunner(options)

    await runner.run(3, new AbortController().signal)

    expect(await itemsOf(first)).toEqual([{ position: 3, state: 'READY' }])
  })

  test('sets nothing aside that is done, however far it was written down', async () => {
    const { epoch, receive } = await conduct()
    const id = await raiseOften(220)
    await receive()
    const done = Array.from({ length: 210 }, (_, index) => index + 1).filter((position) => position !== 5)
    await meters.database.write(async (db) => {
      await db.append(
        marks,
        done.map((position) => ({ listener: first.name, position })),
      )
      await insertItems(db, [
        { queue: first.name, key: `counters/${id}`, state: 'READY', position: 5, payload: {}, due_time: PAST },
      ])
    })

    const options = { store: meters.store, listener: first, before: [], runUnit, epoch, onItems: () => {} }
    const runner = await createRunner(options)
    while (await runner.run(220, new AbortController().signal));

    const aside = Array.from({ length: 10 }, (_, index) => 211 + index)
    expect((await itemsOf(first)).map(({ position }) => position)).toEqual([5, ...aside])
  })

  test('frees all that is blocked no longer, however much', async () => {
    const blocked = Array.from(
      { length: 2_100 },
      (_, index): NewItem => ({
        ...{ queue: second.name, key: `counters/${index % 7}`, state: 'BLOCKED', position: index + 1, payload: {} },
        due_time: PAST,
      }),
    )
    await meters.database.write((db) => insertItems(db, blocked))

    const freed = await unblock(meters.store, second)

    expect(freed).toBe(2_100)
    expect(new Set((await itemsOf(second)).map(({ state }) => state))).toEqual(new Set(['READY']))
  })
})

const never = () => Promise.reject(new Error('Nobody asks for that.'))

/** The same database, in which something happens before the so-manieth statement of its reader. */
function interrupt({ database }: Meters, statements: number, happen: () => Promise<unknown>) {
  let left = statements
  const { reader } = database.engine
  const pass = async () => void (left-- === 0 && (await happen()))
  const engine: Engine = {
    ...database.engine,
    reader: {
      run: async (...statement) => pass().then(() => reader.run(...statement)),
      values: async (...statement) => pass().then(() => reader.values(...statement)),
    },
  }
  return createDatabase({ engine, entities: [Counter] })
}
