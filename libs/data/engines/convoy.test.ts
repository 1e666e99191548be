import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { DatabaseFault, type Statement } from '../engine.ts'
import { createConvoy, type Ready } from './convoy.ts'

test('who nobody waits beside commits alone, and those who come meanwhile go together', async () => {
  const road = createRoad()

  await road.commit('first')
  await Promise.all(['second', 'third', 'fourth'].map(road.commit))

  expect(road.gone).toEqual(['first', 'second third fourth'])
})

test('who has many rows to write goes beside the others', async () => {
  const road = createRoad()
  const { convoy, unit } = road
  const many = { ...unit('many'), statements: [{ sql: 'many', parameters: ['row'.repeat(6_000)], hot: true }] }

  await Promise.all([convoy.commit(many), ...['first', 'second'].map(road.commit)])

  expect(road.gone).toEqual(['many', 'first second'])
})

test('when one is refused, each commits by itself', async () => {
  const road = createRoad({ send: async () => Promise.reject(new DatabaseFault('unique', 'taken')) })

  const all = await Promise.allSettled(['first', 'refused', 'third'].map(road.commit))

  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(road.gone).toEqual(['first', 'third'])
})

test('after one was refused each commits by itself for a while', async () => {
  const sent: unknown[] = []
  const road = createRoad({
    async send(statements) {
      sent.push(statements)
      throw new DatabaseFault('lock_timeout', 'held')
    },
  })
  await Promise.all(['first', 'second'].map(road.commit))

  await Promise.all(['third', 'fourth'].map(road.commit))

  expect(sent).toHaveLength(1)
  expect(road.gone).toEqual(['first', 'second', 'third', 'fourth'])
})

test('nothing is repeated of what may have been committed', async () => {
  const road = createRoad({ send: async () => Promise.reject(new DatabaseFault('unavailable', 'cut')) })

  const all = await Promise.allSettled(['first', 'second'].map(road.commit))

  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(road.gone).toEqual([])
})

test('who has to wait by itself holds up nobody who comes later', async () => {
  const road = createRoad()
  const stuck = [road.convoy.commit({ ...road.unit('stuck'), alone: forever })]
  await nextTurn()
  stuck.push(road.convoy.commit({ ...road.unit('stuck'), alone: forever }))
  await nextTurn()

  await Promise.all(['first', 'second'].map(road.commit))

  expect(road.gone).toEqual(['first second'])
  expect(await Promise.race([...stuck, 'waits'])).toBe('waits')
})

const forever = () => new Promise<never>(() => {})

/** A convoy whose units are one statement each; it takes down which of them were committed together. */
function createRoad({ send }: Partial<Pick<Ready, 'send'>> = {}) {
  const convoy = createConvoy()
  const gone: string[] = []
  const unit = (name: string): Ready => ({
    statements: [{ sql: name, parameters: [], hot: true }],
    send: send ?? (async ([, ...all]: readonly Statement[]) => void gone.push(all.map(({ sql }) => sql).join(' '))),
    async alone() {
      if (name === 'refused') throw new DatabaseFault('unique', 'taken')
      gone.push(name)
    },
  })
  return { convoy, gone, unit, commit: (name: string) => convoy.commit(unit(name)) }
}
