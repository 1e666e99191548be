import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@mainspring/core'
import { startProcess } from '@mainspring/service'
import { createCheckedClient, describeEngine, describeOn, findServer } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { snacks } from '../app.ts'
import type { Pizza } from '../entities/pizza.ts'
import { newPizza } from './menu.ts'

const SOON = { timeout: 15_000, interval: 20 }

describeEngine('postgres', 'the menu', (engine) => {
  describeOn('redis', 'with its cache', () => {
    test.each(['memory', 'redis', 'a Redis that is away'])('is right on every instance: %s', async (kind) => {
      const redis = { redis: await findServer('redis'), 'a Redis that is away': 'redis://127.0.0.1:1' }
      const env = { DATABASE_URL: await engine.createUrl(), REDIS_URL: Reflect.get(redis, kind) }
      const [one, other] = [await start(env), await start(env)]
      const { path } = (await one.post<Pizza>('/v1/pizzas', newPizza({ price_minor: 0 }))).body
      const priceAt = async (at: typeof one) => (await at.get<Pizza>(`/v1/${path}`)).body.price_minor

      for (let price_minor = 1; price_minor <= 5; price_minor++) {
        await priceAt(other)
        await one.patch(`/v1/${path}`, { price_minor })

        expect(await priceAt(one)).toBe(price_minor)
        await vi.waitFor(async () => expect(await priceAt(other)).toBe(price_minor), SOON)
      }
    })
  })
})

async function start(env: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-menu-'))
  const environment = { ENV: 'testing', PORT: '0', DATA_DIR: folder, ...env }
  const running = await startProcess([snacks], environment, { log: createLog({ level: 'silent' }) })
  onTestFinished(async () => {
    await running.stop()
    await rm(folder, { recursive: true })
  })
  return createCheckedClient(running.url)
}
