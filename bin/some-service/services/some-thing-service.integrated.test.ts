import { createLog, systemClock } from '@mainspring/core'
import type { Database } from '@mainspring/data'
import { createFactory, describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SomeThing } from '../entities/some-thing.ts'
import { closeSomeThing } from './some-thing-service.ts'

const needs = { clock: systemClock, log: createLog({ level: 'silent' }) }
const newSomeThing = createFactory(SomeThing)

describeEachEngine('closing', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [SomeThing] })
  })
  afterAll(() => database.close())

  test('succeeds for one of many who try at once, and the others change nothing', async () => {
    const { id } = await database.write((db) => db.insert(SomeThing, newSomeThing()))

    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => close(id, `Reason ${index}`)))

    const [closed] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refusals.map(({ code }) => code)).toEqual(Array(9).fill('some_thing_closed'))
    expect(await database.reader.get(SomeThing, id)).toEqual(closed)
  })

  test('is refused where there is nothing', async () => {
    await expect(close('nowhere', 'Done.')).rejects.toMatchObject({ code: 'not_found' })
  })

  const close = (id: string, reason: string) => database.write((db) => closeSomeThing({ ...needs, db }, { id, reason }))
})
