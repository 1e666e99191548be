import type { Selects, TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listener } from '../listener.ts'
import { registerListeners } from '../registration.ts'
import { marks } from '../tables.ts'
import { Counted, type Meters, openMeters } from '../testing/counters.ts'
import { findPlace } from './place.ts'

type Tables = TablesOf<[typeof marks]>

const reader = listener({ name: 'meters.reader', event: Counted, handle: async () => {} })

describeEachEngine('the place of a listener', (engine) => {
  let meters: Meters
  beforeEach(async () => {
    meters = await openMeters(await engine.createUrl())
    await registerListeners(meters.store, [reader])
  })
  afterEach(() => meters.database.close())

  const mark = (...positions: readonly number[]) =>
    meters.database.write((db) =>
      db.append(
        marks,
        positions.map((position) => ({ listener: reader.name, position })),
      ),
    )
  const marked = async () =>
    (
      await meters.database.reader.query((query: Selects<Tables>) =>
        query.selectFrom('mainspring_marks').select('position').orderBy('position'),
      )
    ).map(({ position }) => position)

  test('leaves marks behind for a while, and does not look for those that are gone', async () => {
    const place = await findPlace(meters.store, reader.name, await meters.conduct())
    const start = performance.now()
    const clock = vi.spyOn(performance, 'now')
    const save = async (position: number, seconds: number) => {
      clock.mockReturnValue(start + seconds * 1_000)
      await place.save(position)
      return marked()
    }
    await mark(1, 2, 3, 4)

    try {
      expect(await save(2, 0)).toEqual([1, 2, 3, 4])
      expect(await save(3, 19)).toEqual([1, 2, 3, 4])
      expect(await save(4, 20.5)).toEqual([3, 4])
      await mark(1)
      expect(await save(4, 39.5)).toEqual([1, 4])
    } finally {
      clock.mockRestore()
    }
  })
})
