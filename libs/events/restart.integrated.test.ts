import { setTimeout as sleep } from 'node:timers/promises'
import {
  createDatabase,
  describeEngine,
  describeOn,
  startMariadb,
  startNats,
  startPostgres,
  type TestServer,
} from '@mainspring/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTrial } from './testing/trial/trial.ts'

const SERVERS = { postgres: startPostgres, mysql: startMariadb }

describe.concurrent('stopped and started under load', () => {
  describeOn('nats', 'a broker', () => {
    for (const name of ['postgres', 'mysql'] as const) {
      describeEngine(name, 'and a database', () => {
        let database: TestServer
        let broker: TestServer
        beforeAll(async () => {
          database = await SERVERS[name]()
          broker = await startNats()
        })
        afterAll(async () => {
          await database?.destroy()
          await broker?.destroy()
        })

        test('lose nothing, and have nothing done twice or out of order', { timeout: 90_000 }, async () => {
          const createUrl = async () => (await createDatabase(database.url)).url
          const trial = await openTrial(createUrl, { transport: 'nats', nats_url: broker.url })
          try {
            await trial.start({ services: ['diners'] })
            await trial.start({ services: ['meters'] })
            for (const server of [database, broker]) {
              for (const end of [() => server.crash(), () => server.stop()]) {
                await sleep(700)
                await end()
                await sleep(300)
                await server.start()
              }
            }

            const { events, ...found } = await trial.finish()

            expect(events).toBeGreaterThan(30)
            expect(found).toMatchObject({ missing: 0, faults: [] })
          } finally {
            await trial.close()
          }
        })
      })
    }
  })
})
