import { expect, test } from 'vitest'
import { interleave } from './requests.ts'

test('each connection asks for everything in turn until its longest script is through', () => {
  const [a, b, c, x, y] = [{ path: 'a' }, { path: 'b' }, { path: 'c' }, { path: 'x' }, { path: 'y' }]

  const scripts = interleave([
    [[a, b, c], [c]],
    [[x], [y]],
  ])

  expect(scripts).toEqual([
    [a, x, b, x, c, x],
    [c, y],
  ])
})
