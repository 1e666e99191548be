import { openCaches } from '@mainspring/cache'
import { createLog, systemClock, text } from '@mainspring/core'
import type { Route } from '@mainspring/http'
import { expect, test } from 'vitest'
import { answerForm, cachedRoute, type KeptAnswer } from './answer-cache.ts'

const log = createLog({ level: 'silent' })
const reply = { status: 200, description: 'What was asked for.' }

test('an answer is kept for its path and query, as they were sent', async () => {
  const { ask, asked } = await openPies()

  await ask('/v1/pies?filter=a')
  const kept = await ask('/v1/pies?filter=a')
  const again = await ask('/v1/pies?filter=a')
  await ask('/v1/pies?filter=b')
  await ask('/v1/pies')
  await ask('/v1/pies/1/slices?filter=a')

  expect(again).toEqual(kept)
  expect(kept.headers?.etag).toMatch(/^"[\w-]{22}"$/)
  const twice = ['/v1/pies?filter=a', '/v1/pies?filter=a']
  expect(asked).toEqual([...twice, '/v1/pies?filter=b', '/v1/pies', '/v1/pies/1/slices?filter=a'])
})

test('what is kept is known without asking, as it is sent', async () => {
  const { ask, recall } = await openPies()
  await ask('/v1/pies')
  const before = recall('/v1/pies')

  const answer = await ask('/v1/pies')

  expect(before).toBeUndefined()
  expect(recall('/v1/pies')).toEqual({ ...answer, body: Buffer.from('{"number":2}') })
})

test('an answer counts with the bytes that it will be, not with its characters', () => {
  const sizeOf = (body: string) => answerForm.sizeOf({ status: 200, headers: {}, body })

  const dear = sizeOf('"€€"') - sizeOf('"$$"')

  expect(dear).toBe(4)
})

test('an answer is the same when it comes back as text', async () => {
  const { ask } = await openPies({
    handle: async () => ({
      status: 200,
      headers: { link: '</v1/pies?page_token=a>' },
      body: { name: 'Apfel\nküchle' },
    }),
  })
  const answer = await ask('/v1/pies')

  const { toText, fromText } = answerForm

  expect(answer).toMatchObject({ headers: { link: '</v1/pies?page_token=a>', etag: expect.any(String) } })
  expect(fromText(toText(answer))).toEqual(answer)
})

test.each<[string, Partial<Route>]>([
  ['a write', { method: 'POST' }],
  ['a stream of events', { isEventStream: true }],
  ['what depends on headers', { headers: { 'Accept-Language': text() } }],
  ['what is no JSON', { replies: [{ ...reply, content_type: 'image/svg+xml' }] }],
])('%s is not kept', async (_, route) => {
  const { ask, asked } = await openPies(route)

  for (const _ of [1, 2, 3]) await ask('/v1/pies')

  expect(asked).toHaveLength(3)
})

/** A route that is cached, and what it was asked itself. */
async function openPies(overrides: Partial<Route> = {}) {
  const asked: unknown[] = []
  const pies: Route = {
    ...{ method: 'GET', path: '/v1/pies', operation: { id: 'pies', summary: 'Pies', tag: 'kitchen' }, scope: 'public' },
    replies: [reply],
    async handle({ target }) {
      asked.push(target)
      return { status: 200, body: { number: asked.length } }
    },
    ...overrides,
  }
  const cache = (await openCaches(null, { clock: systemClock, log })).create('pies', answerForm)
  const { handle, recall } = cachedRoute(pies, cache)
  const ask = async (target: string) =>
    (await handle({
      ...{
        id: 'r',
        method: pies.method,
        target,
        path: target,
        params: {},
        query: {},
        body: undefined,
        caller: 'c',
        log,
      },
      header: () => undefined,
    })) as KeptAnswer
  return { ask, asked, recall: (target: string) => recall?.(target) }
}
