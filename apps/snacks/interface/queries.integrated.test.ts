import { createLog, systemClock } from '@mainspring/core'
import { createDatabase, type Database } from '@mainspring/data'
import type { Request } from '@mainspring/http'
import { createPageTokens, type Resource } from '@mainspring/resource'
import { createWatchedEngine, describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snacks } from '../app.ts'
import { loadMenu } from '../testing/menu.ts'
import { extraResource } from './extras.ts'
import { pizzaResource } from './pizzas.ts'

describeEachEngine('a page of the menu', (engine) => {
  let opened: Database
  let database: Database
  let asked: string[] = []
  beforeAll(async () => {
    opened = await openEntities(await engine.createUrl(), { entities: snacks.entities })
    database = createDatabase({
      engine: createWatchedEngine(opened.engine, (sql) => asked.push(sql)),
      entities: snacks.entities,
    })
    await loadMenu(opened, { pizzas: 40, extras: 30 })
  })
  afterAll(() => opened.close())

  test.each([1, 20, 40])('of %i pizzas with what they are made of is one query', async (max_page_size) => {
    const { results, queries } = await get(pizzaResource, '/v1/pizzas', {}, { max_page_size })

    expect(queries).toBe(1)
    expect(results).toHaveLength(max_page_size)
    expect(results[0]).toMatchObject({ ingredients: ['flour', 'water'], extras: expect.any(Array) })
  })

  test.each([1, 20, 30])('of %i extras of a pizza is three queries', async (max_page_size) => {
    const path = '/v1/pizzas/{pizza_id}/extras'

    const { results, queries } = await get(extraResource, path, { pizza_id: 'pizza-0' }, { max_page_size })

    expect(queries).toBe(3)
    expect(results).toHaveLength(max_page_size)
    expect(results[0]).toMatchObject({ id: 'extra-0', price_minor: expect.any(Number), free: true })
  })

  async function get(served: Resource, path: string, params: Request['params'], query: Request['query']) {
    const routes = served.routes({
      ...{ service: 'snacks', database, clock: systemClock, tokens: createPageTokens(Buffer.alloc(32)), ports: {} },
      abilitiesOf: () => ({}),
      follow: () => Promise.reject(new Error('Nothing is followed here.')),
      cacheOf: () => ({ recall: () => undefined, cached: (_, fill) => fill(), clear() {} }),
    })
    const route = routes.find((each) => each.method === 'GET' && each.path === path)
    asked = []
    const reply = await route?.handle({
      ...{ id: 'r', method: 'GET', target: path, path, params, query, body: undefined, caller: 'c' },
      ...{ log: createLog({ level: 'silent' }), header: () => undefined },
    })
    const { results }: { readonly results: readonly object[] } = JSON.parse(String(reply?.body))
    return { results, queries: asked.length }
  }
})
