import { createLog } from '@mainspring/core'
import { describeEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { openPostgres } from './postgres.ts'

describeEngine('postgres', 'units that ask nothing', (source) => {
  let engine: Engine

  beforeEach(async () => {
    engine = await openPostgres({
      url: await source.createUrl(),
      schema: 'public',
      log: createLog({ level: 'silent' }),
    })
    await engine.session(({ run }) => run('CREATE TABLE things (name text PRIMARY KEY)'))
  })
  afterEach(() => engine.close())

  test('that are ready at the same time share a transaction', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `thing ${index}`)
    await Promise.all(names.map(() => engine.reader.run('SELECT pg_sleep(0.1)')))

    await Promise.all([...names.slice(0, 5).map(insert), ...names.slice(5).map(postpone)])

    const { rows } = await engine.reader.run(
      'SELECT count(*) AS things, count(DISTINCT xmin::text) AS transactions FROM things',
    )
    expect(rows[0]?.things).toBe(10)
    expect(rows[0]?.transactions).toBeLessThan(5)
  })

  test('hold no connection while they wait', async () => {
    const narrow = await openPostgres({
      url: await source.createUrl(),
      schema: 'public',
      log: createLog({ level: 'silent' }),
      pool_size: 1,
    })
    await narrow.session(({ run }) => run('CREATE TABLE things (name text PRIMARY KEY)'))
    const all = Array.from({ length: 30 }, (_, index) => statement(`thing ${index}`))

    await Promise.all([
      ...all.slice(0, 15).map((each) => narrow.runAll([each])),
      ...all.slice(15).map((each) => narrow.transaction(async (line) => line.postpone?.([each]))),
    ])

    const { rows } = await narrow.reader.run(
      'SELECT count(*) AS things, count(DISTINCT xmin::text) AS transactions FROM things',
    )
    await narrow.close()
    expect(rows[0]?.things).toBe(30)
    expect(rows[0]?.transactions).toBeLessThan(10)
  })

  test('lose nothing by one of them that is refused', async () => {
    await insert('taken')

    const all = await Promise.allSettled(['first', 'taken', 'third', 'fourth'].map(insert))

    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(await names()).toEqual(['first', 'fourth', 'taken', 'third'])
  })

  test('are not held up by one of them that waits for a lock', async () => {
    const { promise: isLocked, resolve: locked } = Promise.withResolvers<void>()
    const { promise: isSeen, resolve: seen } = Promise.withResolvers<void>()
    const holder = engine.transaction(async ({ run }) => {
      await run("INSERT INTO things VALUES ('held')")
      locked()
      await isSeen
    })
    await isLocked

    const waiting = insert('held').catch(({ kind }) => kind)
    const start = performance.now()
    await Promise.all(['first', 'second', 'third'].map(insert))
    const elapsed = performance.now() - start
    const before = await names()
    seen()
    await holder

    expect(elapsed).toBeLessThan(1_500)
    expect(before).toEqual(['first', 'second', 'third'])
    expect(await waiting).toBe('unique')
  })

  const statement = (name: string) => ({ sql: 'INSERT INTO things VALUES ($1)', parameters: [name], hot: true })
  const insert = (name: string) => engine.runAll([statement(name)])
  const postpone = (name: string) => engine.transaction(async (line) => line.postpone?.([statement(name)]))
  const names = async () =>
    (await engine.reader.run('SELECT name FROM things ORDER BY name')).rows.map(({ name }) => name)
})
