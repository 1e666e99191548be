import { integer } from '@mainspring/core'
import {
  describeEngine,
  findPgbouncerProblem,
  openEntities,
  startPgbouncer,
  type TestServer,
} from '@mainspring/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Database } from '../database.ts'
import { entity } from '../entity.ts'

const Count = entity('counts', 'count', { value: integer({ min: 0 }) })
const problem = process.env.CI === 'true' ? undefined : findPgbouncerProblem()

describe.skipIf(problem)(`behind a pooler in transaction mode${problem ? ` (skipped: ${problem})` : ''}`, () => {
  describeEngine('postgres', 'a database', (engine) => {
    let pooler: TestServer
    let database: Database
    let direct_url: string
    beforeAll(async () => {
      direct_url = await engine.createUrl()
      pooler = await startPgbouncer(direct_url)
      database = await openEntities(`${pooler.url}?prepare=false`, { entities: [Count], direct_url })
    })
    afterAll(async () => {
      await database.close()
      await pooler.destroy()
    })

    test('finds its statements in units of work, whichever line these get', async () => {
      const { id } = await database.write((db) => db.insert(Count, { value: 0 }))

      await Promise.all(
        Array.from({ length: 60 }, async () => {
          await database.write(async (db) => {
            const row = await db.getForUpdate(Count, id)
            await db.update(Count, row, { value: row.value + 1 })
          })
          await database.reader.get(Count, id)
        }),
      )

      expect((await database.reader.get(Count, id)).value).toBe(60)
    })

    test('gives and hears hints past the pooler', async () => {
      const heard: string[] = []
      const [giver, hearer] = [() => {}, (hint: string) => heard.push(hint)].map((hear) =>
        database.engine.openHints?.(hear),
      )

      await vi.waitFor(() => {
        giver?.give('look')
        expect(heard).toContain('look')
      })
      giver?.close()
      hearer?.close()
    })
  })
})
