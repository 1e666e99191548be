import { AppError } from '@mainspring/core'
import { describeEachEngine } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { Writes } from '../context.ts'
import type { EventOf } from '../envelope.ts'
import { type Listener, listener } from '../listener.ts'
import { createServiceEvents } from '../service-events.ts'
import { memorySource } from '../source.ts'
import { Counted, openMeters } from '../testing/counters.ts'

/** For each listener those before it that it comes after, and how often it fails at the events of each count. */
const graphs = fc.array(
  fc.record({
    after: fc.array(fc.nat(4), { maxLength: 2 }),
    failures: fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 5 },
)

/** The second listener must wait for the first with an event while it is at the one before it again. */
const BLOCKED_AND_BEHIND = [
  { after: [], failures: [0, 0, 1] },
  { after: [0], failures: [0, 1, 0] },
]

describeEachEngine('any graph of listeners', (engine) => {
  test('has each effect once, of one subject in order, and never before those that come first, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        const meters = await openMeters(await engine.createUrl())
        const effects: { readonly name: string; readonly id: string; readonly count: number }[] = []
        const failed = new Map<string, number>()
        const listeners: Listener<Writes>[] = []
        for (const [index, { after, failures }] of graph.entries()) {
          const name = `meters.l${index}`
          const before = [...new Set(after)].flatMap((place) => (place < index ? (listeners[place] ?? []) : []))
          listeners.push(
            listener({
              name,
              event: Counted,
              after: before,
              retry: { attempts: 5, first_seconds: 0.01, longest_seconds: 0.02 },
              handle: async ({ db }: Writes, { data }: EventOf<typeof Counted>) => {
                const { counter_id: id, count } = data
                const times = failed.get(`${name} ${id} ${count}`) ?? 0
                failed.set(`${name} ${id} ${count}`, times + 1)
                if (times < (failures[count - 1] ?? 0)) throw new AppError('conflict', 'not_yet')
                db.afterCommit(() => effects.push({ name, id, count }))
              },
            }),
          )
        }
        const service = createServiceEvents(
          meters.store,
          { events: [Counted], listeners, queues: [], schedules: [] },
          {},
        )
        await service.subscribe([memorySource(service.outbox)])
        service.start()

        const ids = await Promise.all([meters.count(3), meters.count(3)])

        const all = graph.length * 6
        await vi.waitFor(() => expect(effects.length).toBeGreaterThanOrEqual(all), { timeout: 20_000, interval: 20 })
        await service.stop()
        expect(effects).toHaveLength(all)
        for (const { name, after } of listeners) {
          for (const id of ids) {
            const places = [1, 2, 3].map((count) =>
              effects.findIndex((e) => e.name === name && e.id === id && e.count === count),
            )
            expect(places).toEqual(places.toSorted((a, b) => a - b))
            for (const first of after) {
              for (const count of [1, 2, 3]) {
                const before = effects.findIndex((e) => e.name === first.name && e.id === id && e.count === count)
                expect(before).toBeLessThan(places[count - 1] ?? 0)
              }
            }
          }
        }
        await meters.database.close()
      }),
      { numRuns: 6, examples: [[BLOCKED_AND_BEHIND]] },
    )
  }, 120_000)
})
