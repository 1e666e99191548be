import { createLog, createManualClock } from '@mainspring/core'
import { createFactory, openEntities } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { SomeThing } from '../entities/some-thing.ts'
import { closeSomeThing } from './some-thing-service.ts'

const newSomeThing = createFactory(SomeThing)
const log = createLog({ level: 'silent' })

test('what is closed says when and why', async () => {
  const clock = createManualClock('2026-11-20T12:00:00Z')
  const database = await openEntities('sqlite::memory:', { entities: [SomeThing], clock })
  onTestFinished(() => database.close())
  const open = await database.write((db) => db.insert(SomeThing, newSomeThing()))
  clock.advance(60_000)

  const closed = await database.write((db) => closeSomeThing({ db, clock, log }, { id: open.id, reason: 'Done.' }))

  expect(open).toMatchObject({ state: 'OPEN', close_time: null, close_reason: null })
  expect(closed).toMatchObject({ state: 'CLOSED', close_time: '2026-11-20T12:01:00.000Z', close_reason: 'Done.' })
})
