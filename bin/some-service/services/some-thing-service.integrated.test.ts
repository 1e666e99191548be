import { createLog, systemClock } from '@mainspring/core'
import type { Database } from '@mainspring/data'
import { eventTables } from '@mainspring/events'
import { createFactory, createTeller, describeEachEngine, openEntities, type Teller } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SomeThing } from '../entities/some-thing.ts'
import { SomeThingClosed } from '../events.ts'
import { closeSomeThing } from './some-thing-service.ts'

const needs = { clock: systemClock, log: createLog({ level: 'silent' }) }
const newSomeThing = createFactory(SomeThing)

describeEachEngine('closing', (engine) => {
  let database: Database
  let teller: Teller
  beforeAll(async () => {
    const tables = eventTables.tables
    database = await openEntities(await engine.createUrl(), { entities: [SomeThing], tables })
    teller = createTeller({ service: 'some-service', database, instance: 'test', ...needs }, [SomeThingClosed])
  })
  afterAll(() => database.close())

  test('succeeds for one of many who try at once, and the others change and tell nothing', async () => {
    const { id } = await database.write((db) => db.insert(SomeThing, newSomeThing()))

    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => close(id, `Reason ${index}`)))

    const [closed] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refusals.map(({ code }) => code)).toEqual(Array(9).fill('some_thing_closed'))
    expect(await database.reader.get(SomeThing, id)).toEqual(closed)
    expect(teller.told).toMatchObject([{ some_thing_id: id, reason: closed?.close_reason }])
  })

  test('is refused where there is nothing', async () => {
    await expect(close('nowhere', 'Done.')).rejects.toMatchObject({ code: 'not_found' })
  })

  const close = (id: string, reason: string) =>
    database.write((db) => closeSomeThing({ ...needs, db, ...teller.publishing(db) }, { id, reason }))
})
