import { AppError, createLog, systemClock } from '@mainspring/core'
import type { Selects, TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Conductor, startConductor } from '../conductor.ts'
import type { RunUnit } from '../consumer.ts'
import type { Writes } from '../context.ts'
import type { EventOf } from '../envelope.ts'
import { createInbox } from '../inbox.ts'
import { type Listener, listener } from '../listener.ts'
import { registerListeners } from '../registration.ts'
import { memorySource } from '../source.ts'
import type { items } from '../tables.ts'
import { Counted, Counter, type Meters, openMeters, raise } from '../testing/counters.ts'

describeEachEngine('listeners', (engine) => {
  let meters: Meters
  let conductors: Conductor[] = []
  beforeEach(async () => {
    meters = await openMeters(await engine.createUrl())
  })
  afterEach(async () => {
    await Promise.all(conductors.map(({ stop }) => stop()))
    conductors = []
    await meters.database.close()
  })

  const runUnit: RunUnit = (_origin, job, options) =>
    meters.database.write(
      (db) => job({ db, clock: systemClock, log: createLog({ level: 'silent' }) } as unknown as Writes),
      options,
    )

  async function listen(listeners: readonly Listener[], instance = 'a'): Promise<void> {
    const store = meters.storeOf({ instance })
    const inbox = createInbox(store)
    const source = memorySource(meters.outbox)
    await registerListeners(store, listeners)
    await inbox.subscribe(source)
    const options = {
      store,
      outbox: meters.outbox,
      inbox,
      sources: [source],
      listeners,
      runUnit,
      onItems: () => {},
      onPruned: () => {},
    }
    conductors.push(startConductor(options))
  }
  const itemsOf = (name: string) =>
    meters.database.reader.query((query: Selects<TablesOf<[typeof items]>>) =>
      query
        .selectFrom('mainspring_items')
        .select(['state', 'key', 'position', 'cause'])
        .where('queue', '=', name)
        .orderBy('number'),
    )

  test('each gets every event once, of one subject in order, and only then those that come after it', async () => {
    const seen: string[] = []
    const note =
      (name: string) =>
      async (_: Writes, { data }: EventOf<typeof Counted>) => {
        seen.push(`${name} ${data.counter_id} ${data.count}`)
      }
    const first = listener({ name: 'meters.first', event: Counted, handle: note('first') })
    const beside = listener({ name: 'meters.beside', event: Counted, handle: note('beside') })
    const second = listener({ name: 'meters.second', event: Counted, after: [first], handle: note('second') })
    await listen([second, beside, first])

    const ids = await Promise.all([meters.count(3), meters.count(3), meters.count(3)])

    await vi.waitFor(() => expect(seen).toHaveLength(27), { timeout: 10_000 })
    for (const id of ids) {
      for (const name of ['first', 'beside', 'second']) {
        expect(seen.filter((each) => each.startsWith(`${name} ${id}`))).toEqual(
          [1, 2, 3].map((count) => `${name} ${id} ${count}`),
        )
      }
      for (const count of [1, 2, 3]) {
        expect(seen.indexOf(`second ${id} ${count}`)).toBeGreaterThan(seen.indexOf(`first ${id} ${count}`))
      }
    }
    expect(await itemsOf('meters.first')).toEqual([])
  })

  test('one that fails holds up its own subject alone, and those after it for that event', async () => {
    const seen: string[] = []
    let poison = ''
    const first = listener({
      name: 'meters.first',
      event: Counted,
      handle: async (_: Writes, { data }) => {
        if (data.counter_id === poison && data.count === 2) throw new Error('on purpose')
        seen.push(`first ${data.counter_id} ${data.count}`)
      },
    })
    const second = listener({
      name: 'meters.second',
      event: Counted,
      after: [first],
      handle: async (_: Writes, { data }) => void seen.push(`second ${data.counter_id} ${data.count}`),
    })
    await listen([first, second])
    poison = (await meters.database.write((db) => db.insert(Counter, { count: 0 }))).id
    for (let time = 0; time < 4; time++) await meters.database.write((db) => raise(meters.outbox, db, poison))

    const other = await meters.count(3)

    await vi.waitFor(async () => expect(await itemsOf('meters.second')).toHaveLength(3), { timeout: 10_000 })
    expect((await itemsOf('meters.first')).map(({ state }) => state)).toEqual(['READY', 'WAITING', 'WAITING'])
    expect((await itemsOf('meters.second')).map(({ state }) => state)).toEqual(['BLOCKED', 'BLOCKED', 'BLOCKED'])
    await vi.waitFor(() => expect(seen).toContain(`second ${other} 3`), { timeout: 10_000 })
    expect(seen.filter((each) => each.includes(poison))).toEqual([`first ${poison} 1`, `second ${poison} 1`])
  })

  test('what can never succeed is a dead letter at once, and its subject goes on', async () => {
    const seen: number[] = []
    const fussy = listener({
      name: 'meters.fussy',
      event: Counted,
      handle: async (_: Writes, { data }) => {
        if (data.count === 2) throw new AppError('invalid', 'odd_number')
        seen.push(data.count)
      },
    })
    await listen([fussy])

    const id = await meters.count(3)

    await vi.waitFor(() => expect(seen).toEqual([1, 3]), { timeout: 10_000 })
    expect(await itemsOf('meters.fussy')).toEqual([
      { state: 'DEAD', key: `counters/${id}`, position: 2, cause: 'odd_number' },
    ])
  })

  test('another process goes on where one was stopped, and repeats nothing', async () => {
    const seen: string[] = []
    const keep = listener({
      name: 'meters.keep',
      event: Counted,
      handle: async (_: Writes, { id }) => void seen.push(id),
    })
    await listen([keep], 'a')
    await meters.count(20)
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(3), { timeout: 10_000 })
    await conductors.pop()?.stop()
    await meters.count(5)

    await listen([keep], 'b')

    await vi.waitFor(() => expect(seen).toHaveLength(25), { timeout: 10_000 })
    expect(new Set(seen).size).toBe(25)
  })
})
