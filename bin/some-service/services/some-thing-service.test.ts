import { createLog, createManualClock } from '@mainspring/core'
import { eventTables } from '@mainspring/events'
import { createFactory, createTeller, openEntities } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { SomeThing } from '../entities/some-thing.ts'
import { SomeThingClosed } from '../events.ts'
import { closeSomeThing } from './some-thing-service.ts'

const newSomeThing = createFactory(SomeThing)

test('what is closed says when and why, and whoever listens is told', async () => {
  const clock = createManualClock('2026-11-20T12:00:00Z')
  const log = createLog({ level: 'silent' })
  const database = await openEntities('sqlite::memory:', { entities: [SomeThing], tables: eventTables.tables, clock })
  onTestFinished(() => database.close())
  const store = { service: 'some-service', database, clock, log, instance: 'test' }
  const { publishing, told } = createTeller(store, [SomeThingClosed])
  const open = await database.write((db) => db.insert(SomeThing, newSomeThing({ name: 'The blue one' })))
  clock.advance(60_000)

  const closed = await database.write((db) =>
    closeSomeThing({ db, clock, log, ...publishing(db) }, { id: open.id, reason: 'Done.' }),
  )

  expect(open).toMatchObject({ state: 'OPEN', close_time: null, close_reason: null })
  const close_time = '2026-11-20T12:01:00.000Z'
  expect(closed).toMatchObject({ state: 'CLOSED', close_time, close_reason: 'Done.' })
  const said = { some_thing_id: open.id, name: 'The blue one', reason: 'Done.', close_time }
  expect(told).toEqual([{ type: 'some-service.some_thing_closed', ...said }])
})
