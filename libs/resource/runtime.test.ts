import { expect, test } from 'vitest'
import { Foresight } from './runtime.ts'

test('what cannot be foreseen is tried the less the longer that is so, and each time again once it could be', () => {
  const foresight = new Foresight()
  const countTries = (calls: number, isForeseen: boolean) =>
    Array.from({ length: calls }, () => {
      const isTried = foresight.isWorthwhile()
      if (isTried) foresight.note(isForeseen)
      return isTried
    }).filter(Boolean).length

  const [early, late] = [countTries(10, false), countTries(10_000, false)]
  countTries(51, true)
  const after = countTries(10, true)

  expect([early, after]).toEqual([4, 10])
  expect(late).toBeLessThan(250)
})
