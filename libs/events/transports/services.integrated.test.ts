import { createLog } from '@mainspring/core'
import type { Selects, TablesOf } from '@mainspring/data'
import { describeEngine, describeOn, findServer } from '@mainspring/testing'
import { afterEach, expect, test } from 'vitest'
import type { Writes } from '../context.ts'
import { listener } from '../listener.ts'
import { createServiceEvents, type Declared } from '../service-events.ts'
import { Cleared, Counted, Counter, type Meters, openMeters, raise } from '../testing/counters.ts'
import { openNats } from './nats.ts'

const eat = listener({
  name: 'diners.eat',
  event: Counted,
  handle: async ({ db }: Writes, { data }) => {
    await db.insert(Counter, { count: data.count })
  },
})

describeOn('nats', 'services', () => {
  describeEngine('postgres', 'with databases', (engine) => {
    const ending: (() => Promise<unknown>)[] = []
    afterEach(async () => {
      for (const end of ending.splice(0).reverse()) await end()
    })
    let count = 0

    /** A process of a service, which hears the others by NATS. */
    const start = async (service: Meters, declared: Partial<Declared>, stream: string, instance: string) => {
      const transport = openNats({ url: await findServer('nats'), stream, log: createLog({ level: 'silent' }) })
      const store = service.storeOf({ instance })
      const none = { events: [], listeners: [], queues: [], schedules: [] }
      const events = createServiceEvents(store, { ...none, ...declared }, {})
      await events.subscribe(declared.listeners ? transport.sources(['meters']) : [])
      events.start(declared.events ? transport.publisher('meters') : undefined)
      const stop = async () => {
        await events.stop()
        await transport.close()
      }
      ending.push(stop)
      return { ...events, stop }
    }
    const open = async (service: string) => {
      const opened = await openMeters(await engine.createUrl(), service)
      ending.push(() => opened.database.close())
      return opened
    }
    const eatenBy = async ({ database }: Meters) => {
      const rows = await database.reader.query((query: Selects<TablesOf<[typeof Counter]>>) =>
        query.selectFrom('counters').select('count').orderBy('id'),
      )
      return rows.map((row) => row.count)
    }

    test('listen to each other, one process taking over from the next', async () => {
      const stream = `services-${++count}`
      const [meters, diners] = [await open('meters'), await open('diners')]
      const emitting = { events: [Counted, Cleared] }
      const listening = { listeners: [eat] }
      let emitter = await start(meters, emitting, stream, 'emitter 0')
      let hearer = await start(diners, listening, stream, 'hearer 0')
      const { id } = await meters.database.write((db) => db.insert(Counter, { count: 0 }))

      for (let turn = 1; turn <= 3; turn++) {
        for (let time = 0; time < 10; time++) await meters.database.write((db) => raise(emitter.outbox, db, id))
        await hearer.stop()
        hearer = await start(diners, listening, stream, `hearer ${turn}`)
        await emitter.stop()
        emitter = await start(meters, emitting, stream, `emitter ${turn}`)
      }

      const all = Array.from({ length: 30 }, (_, index) => index + 1)
      await expect.poll(() => eatenBy(diners), { timeout: 15_000 }).toEqual(all)
    })
  })
})
