import { createLog, systemClock } from '@mainspring/core'
import { createServiceEvents, eventTables, memorySource } from '@mainspring/events'
import { createFactory, openEntities } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { someService } from '../app.ts'
import { SomeThing } from '../entities/some-thing.ts'
import { closeSomeThing } from '../services/some-thing-service.ts'

const newSomeThing = createFactory(SomeThing)

test('others are notified once of what is closed', async () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line).message) })
  const database = await openEntities('sqlite::memory:', { entities: [SomeThing], tables: eventTables.tables })
  const needs = { clock: systemClock, log }
  const store = { service: 'some-service', database, ...needs, instance: 'test' }
  const events = createServiceEvents(store, someService, {})
  await events.subscribe([memorySource(events.outbox)])
  events.start()
  onTestFinished(async () => {
    await events.stop()
    await database.close()
  })
  const { id } = await database.write((db) => db.insert(SomeThing, newSomeThing()))

  await database.write((db) => closeSomeThing({ db, ...needs, ...events.publishing(db, {}) }, { id, reason: 'Done.' }))

  await vi.waitFor(
    async () => {
      expect(await database.reader.get(SomeThing, id)).toMatchObject({ notify_time: expect.any(String) })
    },
    { timeout: 5_000 },
  )
  expect(lines).toEqual(['others are notified'])
})
