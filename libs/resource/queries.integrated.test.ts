import { setImmediate as nextTurn } from 'node:timers/promises'
import { noCache } from '@mainspring/cache'
import { createLog, integer, systemClock, text } from '@mainspring/core'
import { createDatabase, type Database, entity } from '@mainspring/data'
import type { Request, Route } from '@mainspring/http'
import { createWatchedEngine, describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPageTokens } from './page-token.ts'
import { everyMethod, resource } from './resource.ts'
import { resourceTables } from './tables.ts'

const Thing = entity('things', 'thing', {
  name: text({ max: 40, filter: true, order: true }),
  count: integer({ default: 0 }),
})

const things = resource(Thing, everyMethod)

const ids = Array.from({ length: 90 }, (_, index) => `t${index}`)
const query = { max_page_size: 50, skip: 0, page_token: null, filter: null, order_by: null, show_total_size: false }
const entries = (count: number, entry: object = {}) => ({
  requests: ids.slice(0, count).map((id) => ({ id, ...entry })),
})

/** What each route asks of the database; a batch write asks once per row besides. BEGIN, COMMIT and savepoints do not count. */
const budgets: readonly (readonly [route: string, queries: number, request: Partial<Request>])[] = [
  ['GET /v1/things', 1, { query: { ...query, max_page_size: 5 } }],
  ['GET /v1/things', 1, { query: { ...query, max_page_size: 80 } }],
  ['GET /v1/things', 2, { query: { ...query, show_total_size: true, filter: 'name == "x"' } }],
  ['GET /v1/things/{thing_id}', 1, { params: { thing_id: 't1' } }],
  ['POST /v1/things', 1, { body: { name: 'n', count: 0 } }],
  ['POST /v1/things', 2, { body: { name: 'n', count: 0 }, header: headers({ 'idempotency-key': 'once' }) }],
  ['PATCH /v1/things/{thing_id}', 2, { params: { thing_id: 't1' }, body: { count: 1 } }],
  ['PUT /v1/things/{thing_id}', 2, { params: { thing_id: 't1' }, body: { name: 'n', count: 1 } }],
  ['PUT /v1/things/{thing_id}', 2, { params: { thing_id: 'new' }, body: { name: 'n', count: 1 } }],
  ['DELETE /v1/things/{thing_id}', 2, { params: { thing_id: 'new' }, query: { force: false } }],
  ['POST /v1/things:batch-get', 1, { body: entries(3) }],
  ['POST /v1/things:batch-get', 1, { body: entries(80) }],
  ['POST /v1/things:batch-update', 4, { body: entries(3, { patch: { count: 2 } }) }],
  ['POST /v1/things:batch-delete', 4, { body: entries(3) }],
]

describeEachEngine('queries', (engine) => {
  let opened: Database
  let routes: readonly Route[]
  let asked: string[] = []
  beforeAll(async () => {
    opened = await openEntities(await engine.createUrl(), { entities: [Thing], tables: resourceTables.tables })
    const database = createDatabase({
      engine: createWatchedEngine(opened.engine, (sql) => asked.push(sql)),
      entities: [Thing],
    })
    const tokens = createPageTokens(Buffer.alloc(32))
    routes = things.routes({
      service: 'test',
      database,
      clock: systemClock,
      tokens,
      ports: {},
      abilitiesOf: () => ({}),
      follow: async () => Promise.reject(new Error('Nothing is followed here.')),
      cacheOf: () => noCache,
    })
    await database.write((db) =>
      db.insertMany(
        Thing,
        ids.map((id) => ({ id, name: id })),
      ),
    )
  })
  afterAll(() => opened.close())

  test.each(budgets)('%s asks %i times', async (name, queries, request) => {
    asked = []

    await routeOf(name).handle(requestOf(name, request))

    expect(asked.filter((sql) => !/^(begin|commit|savepoint|release)/i.test(sql))).toHaveLength(queries)
  })

  test('a batch of new rows takes few statements on a server', async () => {
    asked = []

    const requests = Array.from({ length: 250 }, () => ({ name: 'n', count: 0 }))
    await routeOf('POST /v1/things:batch-create').handle(requestOf('POST', { body: { requests } }))

    const inserts = asked.filter((sql) => sql.startsWith('insert'))
    expect(inserts).toHaveLength({ sqlite: 250, postgres: 1, mysql: 3 }[engine.name])
  })

  test('large pages are asked for two at a time, and hold up no small one', async () => {
    asked = []
    const list = (max_page_size: number) =>
      routeOf('GET /v1/things').handle(requestOf('GET', { query: { ...query, max_page_size } }))

    const pages = [1_000, 1_000, 1_000, 200, 199].map(list)
    await nextTurn()

    // SQLite has answered by then.
    expect(asked).toHaveLength(engine.name === 'sqlite' ? 5 : 3)
    expect((await Promise.all(pages)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  function routeOf(name: string): Route {
    const route = routes.find(({ method, path }) => `${method} ${path}` === name)
    if (!route) throw new Error(`There is no ${name}.`)
    return route
  }
})

function headers(values: Readonly<Record<string, string>>): Request['header'] {
  return (name) => values[name]
}

function requestOf(route: string, request: Partial<Request>): Request {
  const [method = 'GET', path = '/'] = route.split(' ')
  const log = createLog({ level: 'silent' })
  const sent = { id: 'r', method, target: path, path, params: {}, query: {}, body: {} }
  return { ...sent, header: headers({}), caller: 'c', log, ...request }
}
