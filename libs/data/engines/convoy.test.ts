import { setImmediate as nextTurn } from 'node:timers/promises'
import { unavailable } from '@mainspring/core'
import { expect, test, vi } from 'vitest'
import { DatabaseFault, type Statement } from '../engine.ts'
import { createConvoy } from './convoy.ts'

test('who nobody waits beside commits alone, and those who come meanwhile go together', async () => {
  const road = createRoad()

  await road.commit('first')
  await Promise.all(['second', 'third', 'fourth'].map(road.commit))

  expect(road.gone).toEqual(['first', 'second third fourth'])
})

test('no more go together than are done sooner for it', async () => {
  const road = createRoad()

  await Promise.all(Array.from({ length: 100 }, (_, index) => road.commit(`unit${index}`)))

  expect(road.gone.map((together) => together.split(' ').length)).toEqual([64, 36])
})

test('who has many rows to write goes beside the others', async () => {
  const road = createRoad()
  const many = [{ sql: 'many', parameters: ['row'.repeat(6_000)], hot: true }]

  await Promise.all([road.convoy.commit(many), ...['first', 'second'].map(road.commit)])

  expect(road.gone).toEqual(['many', 'first second'])
})

test('when one is refused, each commits by itself', async () => {
  const road = createRoad((names) => {
    if (names.includes('refused')) throw new DatabaseFault('unique', 'taken')
  })

  const all = await Promise.allSettled(['first', 'refused', 'third'].map(road.commit))

  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(road.gone).toEqual(['first', 'third'])
})

test('what one of them says that cannot be sent harms no other', async () => {
  const road = createRoad((names) => {
    if (names.includes('unsound')) throw new TypeError('no parameter')
  })

  const all = await Promise.allSettled(['first', 'unsound', 'third'].map(road.commit))

  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('after one was refused each commits by itself for a while', async () => {
  const shared: unknown[] = []
  const road = createRoad((names) => {
    if (names.length === 1) return
    shared.push(names)
    throw new DatabaseFault('lock_timeout', 'held')
  })
  await Promise.all(['first', 'second'].map(road.commit))

  await Promise.all(['third', 'fourth'].map(road.commit))

  expect(shared).toHaveLength(1)
  expect(road.gone).toEqual(['first', 'second', 'third', 'fourth'])
})

test.each([
  ['what may have been committed', new DatabaseFault('unavailable', 'cut')],
  ['what got no connection for long', unavailable('database_busy')],
])('nothing is repeated of %s', async (_, error) => {
  let sent = 0
  const road = createRoad(() => {
    sent += 1
    throw error
  })

  const all = await Promise.allSettled(['first', 'second'].map(road.commit))

  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(sent).toBe(1)
})

test('who has to wait by itself holds up nobody who comes later', async () => {
  const road = createRoad((names) => (names[0] === 'stuck' ? new Promise<never>(() => {}) : undefined))
  const stuck = [road.commit('stuck')]
  await nextTurn()
  stuck.push(road.commit('stuck'))
  await nextTurn()

  await Promise.all(['first', 'second'].map(road.commit))

  expect(road.gone).toEqual(['first second'])
  expect(await Promise.race([...stuck, 'waits'])).toBe('waits')
})

test('who has waited for too long is refused, and nothing of it is sent', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const road = createRoad((names) => (names[0]?.startsWith('slow') ? promise : undefined))
  // Two in each, since who is alone holds up nobody.
  const slow = ['slow', 'slow too'].map(road.commit)
  await nextTurn()
  slow.push(...['slower', 'slower too'].map(road.commit))
  await nextTurn()
  const late = road.commit('late')
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 10_001)

  resolve()
  await expect(late).rejects.toMatchObject({ code: 'database_busy' })
  clock.mockRestore()
  await Promise.all(slow)

  expect(road.gone).not.toContain('late')
})

test('when the database is away twice in a row, all who wait are told so', async () => {
  const sendings: PromiseWithResolvers<void>[] = []
  const road = createRoad(() => {
    const sending = Promise.withResolvers<void>()
    sendings.push(sending)
    return sending.promise
  })
  const all = ['first', 'first too'].map(road.commit)
  await nextTurn()
  all.push(...['second', 'second too'].map(road.commit))
  await nextTurn()
  all.push(...['third', 'third too'].map(road.commit))
  const outcomes = Promise.allSettled(all)

  for (const { reject } of sendings) reject(new DatabaseFault('unavailable', 'cut'))

  expect((await outcomes).map(({ status }) => status)).toEqual(Array(6).fill('rejected'))
  expect(sendings).toHaveLength(2)
})

/** A convoy whose units are one statement each; it takes down which of them were committed together, unless `send` throws. */
function createRoad(send?: (names: readonly string[]) => Promise<unknown> | undefined) {
  const gone: string[] = []
  const convoy = createConvoy(async (statements) => {
    const names = statements.flatMap(({ sql }) => (sql.includes('lock_timeout') ? [] : [sql]))
    await send?.(names)
    gone.push(names.join(' '))
  })
  const unit = (name: string): readonly Statement[] => [{ sql: name, parameters: [], hot: true }]
  return { convoy, gone, commit: (name: string) => convoy.commit(unit(name)) }
}
