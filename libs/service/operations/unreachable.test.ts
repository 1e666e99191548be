import { randomBytes } from 'node:crypto'
import { createLog, systemClock, unavailable } from '@mainspring/core'
import { dataCodes, type Reader } from '@mainspring/data'
import { eventCodes, eventTables } from '@mainspring/events'
import { createServer, type Server } from '@mainspring/http'
import { createPageTokens, resourceCodes } from '@mainspring/resource'
import { openEntities } from '@mainspring/testing'
import { beforeAll, expect, test } from 'vitest'
import { operationsCodes } from './codes.ts'
import { createMetricsRoute } from './metrics.ts'
import type { Operated } from './operated.ts'
import { createOperationsRoutes, OPERATIONS } from './routes.ts'

const log = createLog({ level: 'silent' })

/** A service that nothing has happened in. */
async function openService(name: string): Promise<Operated> {
  const database = await openEntities('sqlite::memory:', { entities: [], tables: eventTables.tables })
  return {
    name,
    store: { service: name, database, clock: systemClock, log, instance: 'a' },
    declared: { listeners: [], queues: [] },
    sourceLags: async () => [{ source: 'nats mainspring-away', lag: null, lag_seconds: 2.5 }],
    pruned_unread: { outbox: 0, inbox: 3 },
    wake: () => {},
  }
}

function withoutDatabase(service: Operated): Operated {
  const { database } = service.store
  const query = () => Promise.reject(unavailable('database_unavailable'))
  const reader: Reader = Object.assign(Object.create(database.reader), { query })
  return { ...service, store: { ...service.store, database: { ...database, reader } } }
}

let server: Server
beforeAll(async () => {
  const all = [withoutDatabase(await openService('away')), await openService('there')]
  server = createServer({
    routes: [],
    kernel_routes: [createMetricsRoute(all), ...createOperationsRoutes(all, createPageTokens(randomBytes(32)))],
    codes: [dataCodes, eventCodes, resourceCodes, operationsCodes],
    info: { title: 'Sample', version: '1.0.0', services: [OPERATIONS] },
    health: { ready: async () => ({}), status: async () => ({}) },
    log,
    host: '127.0.0.1',
    port: 0,
  })
})

const get = (path: string) => server.inject({ method: 'GET', url: path })

test('a service whose database is away is said to be, and keeps nobody from the others', async () => {
  const lists = await Promise.all(
    ['services', 'consumers', 'dead-letters', 'dead-letter-causes', 'interventions'].map((path) =>
      get(`/v1/operations/${path}`),
    ),
  )

  expect(lists.map(({ status, text }) => [status, JSON.parse(text).unreachable])).toEqual(
    Array(5).fill([200, ['away']]),
  )
  expect(JSON.parse(lists[0]?.text ?? '').results).toMatchObject([{ id: 'there', published_position: 0, readers: [] }])
})

test('what is asked of that service alone is refused for now', async () => {
  expect(await get('/v1/operations/services/away')).toMatchObject({ status: 503 })
})

test('a scrape goes on without a service whose database is away, and those who scrape at once share an answer', async () => {
  const scrapes = await Promise.all([get('/metrics'), get('/metrics'), get('/metrics')])

  const [{ status, text } = { status: 0, text: '' }] = scrapes
  expect(status).toBe(200)
  expect(new Set(scrapes.map((scrape) => scrape.text)).size).toBe(1)
  expect(text).toContain('mainspring_service_up{service="away"} 0\nmainspring_service_up{service="there"} 1\n')
  expect(text).toContain('mainspring_pruned_unread_events{service="there",log="inbox"} 3\n')
  expect(text).toContain('mainspring_source_lag_seconds{service="there",source="nats mainspring-away"} 2.5\n')
  expect(text).not.toContain('source_lag_events{')
  expect(text).not.toContain('{service="away",')
})
