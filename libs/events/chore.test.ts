import { createLog } from '@mainspring/core'
import { expect, test, vi } from 'vitest'
import { createChore } from './chore.ts'

const log = createLog({ level: 'silent' })

test('a chore is done once at a time, and again when it is through', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const work = vi.fn(() => promise)
  const chore = createChore(log, work, 'it failed')

  chore.begin()
  chore.begin()
  const timesMeanwhile = work.mock.calls.length
  resolve()
  await chore.ended()
  chore.begin()

  expect([timesMeanwhile, work.mock.calls.length]).toEqual([1, 2])
})

test('a chore that fails is tried at its next time, not before', async () => {
  const lines: string[] = []
  const work = vi.fn(async () => Promise.reject(new Error('on purpose')))
  const complaining = createLog({ level: 'warn', write: (line) => lines.push(line) })
  const chore = createChore(complaining, work, 'it failed', 60_000)

  chore.begin()
  await chore.ended()
  chore.begin()

  expect(work).toHaveBeenCalledTimes(1)
  expect(lines.join()).toContain('it failed')
})
