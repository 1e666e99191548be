import { noCache } from '@mainspring/cache'
import { createLog, id, integer, systemClock } from '@mainspring/core'
import { entity } from '@mainspring/data'
import { event, type FollowOptions } from '@mainspring/events'
import type { Request } from '@mainspring/http'
import { openEntities } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { createPageTokens } from './page-token.ts'
import { type Resource, resource } from './resource.ts'
import { stream } from './stream.ts'

const Word = entity('words', 'word', {})
const WordSaid = event(
  'talk.word_said',
  { word_id: id(), count: integer() },
  { subject: 'words/{word_id}', description: 'A word was said.' },
)
const query = { least: integer({ default: 0 }) }
const words = resource(Word, {
  custom: {
    hearAll: stream([WordSaid], { collection: true, query, matches: ({ data }, { least }) => data.count >= least }),
    hear: stream([WordSaid]),
  },
})

test('a stream of all resources is at their collection, and begins where it is told', async () => {
  const { routes, followed } = await serve(words)
  const [all] = routes

  for (const headers of [{}, { 'last-event-id': '42' }]) {
    await all?.handle(request({ query: { from: 'beginning', live: true, least: 2 }, headers }))
  }

  expect(all).toMatchObject({ method: 'GET', path: '/v1/words:hear-all', scope: 'talk:read', isEventStream: true })
  expect(followed).toMatchObject([
    { from: 'beginning', live: true, subject: undefined, log: 'outbox' },
    { from: 42, live: true },
  ])
  const matches = followed[0]?.matches as ((event: { readonly data: object }) => boolean) | undefined
  expect([1, 2].map((count) => matches?.({ data: { count } }))).toEqual([false, true])
})

test('a stream of one resource tells what happens to it, if it is there', async () => {
  const { routes, followed } = await serve(words, 'hello')
  const one = routes[1]

  await one?.handle(request({ params: { word_id: 'hello' } }))
  const missing = one?.handle(request({ params: { word_id: 'goodbye' } }))

  await expect(missing).rejects.toMatchObject({ code: 'not_found' })
  expect(one?.path).toBe('/v1/words/{word_id}:hear')
  expect(followed).toMatchObject([{ from: 'now', subject: 'words/hello' }])
})

test.each([
  ['live', { live: true, isCut: true }, 'ends'],
  ['not live, and all is told', { live: false, isCut: false }, 'ends'],
  ['not live, and the process ends before', { live: false, isCut: true }, 'not_ready'],
])('a stream ends whole only where whoever reads it may go by that: %s', async (_, { live, isCut }, expected) => {
  const { routes } = await serve(words)
  const signal = isCut ? AbortSignal.abort() : new AbortController().signal

  const reply = await routes[0]?.handle(request({ query: { from: 'beginning', live }, signal }))
  const end = Array.fromAsync(reply?.events ?? []).then(
    () => 'ends',
    ({ code }) => code,
  )

  expect(await end).toBe(expected)
})

test('only the own events of a service can be followed among those that it emits', async () => {
  const ofOthers = resource(Word, { custom: { hear: stream([{ ...WordSaid, type: 'gossip.word_said' }]) } })
  const fromInbox = resource(Word, {
    custom: { hear: stream([{ ...WordSaid, type: 'gossip.word_said' }], { log: 'inbox' }) },
  })

  await expect(serve(ofOthers)).rejects.toThrow('talk does not emit gossip.word_said')
  expect((await serve(fromInbox)).routes).toHaveLength(1)
})

async function serve(served: Resource, ...ids: readonly string[]) {
  const database = await openEntities('sqlite::memory:', { entities: [Word] })
  onTestFinished(() => database.close())
  for (const id of ids) await database.write((db) => db.insert(Word, { id }))
  const followed: FollowOptions<never>[] = []
  const routes = served.routes({
    ...{ service: 'talk', database, clock: systemClock, tokens: createPageTokens(Buffer.alloc(32)), ports: {} },
    abilitiesOf: () => ({}),
    cacheOf: () => noCache,
    async follow(_, options) {
      followed.push(options as FollowOptions<never>)
      return { position: 0, async *[Symbol.asyncIterator]() {} }
    },
  })
  return { routes, followed }
}

function request({ headers = {}, ...given }: Partial<Request> & { readonly headers?: object }): Request {
  return {
    ...{ id: 'r', method: 'GET', target: '/v1/words', path: '/v1/words', params: {}, body: undefined },
    query: { from: 'now', live: true },
    ...{ caller: 'c', log: createLog({ level: 'silent' }), header: (name) => Reflect.get(headers, name) },
    ...given,
  }
}
