import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { DatabaseFault } from '../engine.ts'
import { createGate } from './gate.ts'

test('no more than there is room for are inside, and the others follow in the order in which they came', async () => {
  const gate = createGate(2)
  const order: number[] = []
  let inside = 0
  let most = 0
  const work = (number: number) => async () => {
    order.push(number)
    inside += 1
    most = Math.max(most, inside)
    await sleep(1)
    inside -= 1
  }

  await Promise.all([1, 2, 3, 4, 5, 6].map((number) => gate.pass(work(number))))

  expect(most).toBe(2)
  expect(order).toEqual([1, 2, 3, 4, 5, 6])
})

test('who is in a hurry goes before those who wait, and is refused like them', async () => {
  const gate = createGate(1, 20)
  const { promise, resolve } = Promise.withResolvers<void>()
  const order: string[] = []
  const note = (name: string) => async () => void order.push(name)

  const first = gate.pass(() => promise)
  const refused = gate.pass(note('refused'), true)
  await expect(refused).rejects.toMatchObject({ code: 'database_busy' })
  const others = [gate.pass(note('a')), gate.pass(note('b')), gate.pass(note('urgent'), true)]
  resolve()
  await Promise.all([first, ...others])

  expect(order).toEqual(['urgent', 'a', 'b'])
})

test('who fails makes room like any other', async () => {
  const gate = createGate(1)

  await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no')

  expect(await gate.pass(async () => 'yes')).toBe('yes')
})

test('who waits too long is told that the database is busy, and takes no place any more', async () => {
  const gate = createGate(1, 20)
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = gate.pass(() => promise)

  await expect(gate.pass(async () => {})).rejects.toMatchObject({ code: 'database_busy', retry_after: 1 })
  resolve()
  await first

  expect(await gate.pass(async () => 'in')).toBe('in')
})

test('who comes later waits as long', async () => {
  const gate = createGate(1, 30)
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = gate.pass(() => promise)
  const begun = performance.now()

  const early = gate.pass(async () => {})
  const refused = expect(early).rejects.toMatchObject({ code: 'database_busy' })
  await sleep(20)
  const late = gate.pass(async () => {})

  await expect(late).rejects.toMatchObject({ code: 'database_busy' })
  await refused
  expect(performance.now() - begun).toBeGreaterThan(48)
  resolve()
  await first
})

const gone = () => Promise.reject(new DatabaseFault('unavailable', new Error('gone')))

test('when two in a row find the database away, those who wait are told at once', async () => {
  const gate = createGate(1)
  let begun = 0
  const inside = [gate.pass(gone), gate.pass(gone)]
  const waiting = [1, 2, 3].map(() => gate.pass(async () => begun++))

  const outcomes = await Promise.allSettled([...inside, ...waiting])

  expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  expect(begun).toBe(0)
  expect(await gate.pass(async () => 'back')).toBe('back')
})

test('one who lost a line concerns nobody else, and neither does the next after a success', async () => {
  const gate = createGate(1)
  const works = [gone, async () => 'in', gone, async () => 'in']

  const outcomes = await Promise.allSettled(works.map((work) => gate.pass<string>(work)))

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled'])
})

test('one line that several lost together concerns nobody else either', async () => {
  const gate = createGate(3)
  const lost = gone()
  const inside = [1, 2, 3].map(() => gate.pass(() => lost))
  const waiting = [1, 2, 3].map(() => gate.pass(async () => 'in'))

  const outcomes = await Promise.allSettled(inside)

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(await Promise.all(waiting)).toEqual(['in', 'in', 'in'])
})

test('a refusal by the database that lives concerns nobody else', async () => {
  const gate = createGate(1)
  const inside = gate.pass(() => Promise.reject(new DatabaseFault('unique', new Error('taken'))))
  const waiting = gate.pass(async () => 'in')

  await expect(inside).rejects.toThrow()

  expect(await waiting).toBe('in')
})
