import { openCaches } from '@mainspring/cache'
import { createLog, systemClock } from '@mainspring/core'
import type { Request, Route } from '@mainspring/http'
import { expect, test } from 'vitest'
import { cachedRoute } from './answer-cache.ts'

const log = createLog({ level: 'silent' })
const reply = { status: 200, description: 'What was asked for.' }

test('an answer is kept for its path and parameters, in whatever order they came', async () => {
  const { ask, asked } = openPies()

  const first = await ask('/v1/pies', { filter: 'a', skip: 1 })
  const again = await ask('/v1/pies', { skip: 1, filter: 'a' })
  await ask('/v1/pies', { filter: 'b', skip: 1 })
  await ask('/v1/pies', { filter: 'a' })
  await ask('/v1/pies/1/slices', { filter: 'a' })

  expect(again).toEqual(first)
  expect(first.headers?.etag).toMatch(/^"[\w-]{22}"$/)
  expect(asked).toEqual([
    ['/v1/pies', { filter: 'a', skip: 1 }],
    ['/v1/pies', { filter: 'b', skip: 1 }],
    ['/v1/pies', { filter: 'a' }],
    ['/v1/pies/1/slices', { filter: 'a' }],
  ])
})

test.each<[string, Partial<Route>]>([
  ['a write', { method: 'POST' }],
  ['a stream of events', { isEventStream: true }],
  ['what is no JSON', { replies: [{ ...reply, content_type: 'image/svg+xml' }] }],
])('%s is not kept', async (_, route) => {
  const { ask, asked } = openPies(route)

  await ask('/v1/pies', {})
  await ask('/v1/pies', {})

  expect(asked).toHaveLength(2)
})

/** A route that is cached, and what it was asked itself. */
function openPies(overrides: Partial<Route> = {}) {
  const asked: unknown[] = []
  const pies: Route = {
    ...{ method: 'GET', path: '/v1/pies', operation: { id: 'pies', summary: 'Pies', tag: 'kitchen' }, scope: 'public' },
    replies: [reply],
    async handle({ path, query }) {
      asked.push([path, query])
      return { status: 200, body: { number: asked.length } }
    },
    ...overrides,
  }
  const { handle } = cachedRoute(pies, openCaches(null, { clock: systemClock, log }).create('pies'))
  const ask = (path: string, query: Request['query']) =>
    handle({
      ...{ id: 'r', method: pies.method, path, params: {}, query, body: undefined, caller: 'c', log },
      header: () => undefined,
    })
  return { ask, asked }
}
