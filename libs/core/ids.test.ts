import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock } from './clock.ts'
import { createIds, firstVersion, ID_PATTERN } from './ids.ts'

test('ids are UUIDv7 and may stand in a path', () => {
  const id = createIds(createManualClock('2026-11-20T12:00:00Z'))()

  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(id).toMatch(new RegExp(ID_PATTERN))
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.parse('2026-11-20T12:00:00Z'))
})

test('ids sort in the order in which they were made, however the clock moves', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 300 }), (moves) => {
      const clock = createManualClock('2026-11-20T12:00:00Z')
      const newId = createIds(clock)

      const ids = moves.map((move) => {
        clock.advance(move)
        return newId()
      })

      expect(ids).toEqual([...ids].sort())
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})

test('more ids than a millisecond can count are still in order', () => {
  const newId = createIds(createManualClock('2026-11-20T12:00:00Z'))

  const ids = Array.from({ length: 10_000 }, newId)

  expect(ids).toEqual([...ids].sort())
  expect(new Set(ids).size).toBe(ids.length)
})

test('a first version is a safe integer that leaves room to count', () => {
  const versions = Array.from({ length: 5_000 }, firstVersion)

  expect(versions.every((version) => version >= 0 && version < 2 ** 48)).toBe(true)
  expect(new Set(versions).size).toBeGreaterThan(4_990)
})
