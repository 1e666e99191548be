import type { Profiler } from 'node:inspector'
import { expect, test } from 'vitest'
import { summarise } from './profile.ts'

const root = new URL('..', import.meta.url).href

test('self time is told by part and by function, and idle time is left out', () => {
  const frames = [
    ['(idle)', ''],
    ['parseJson', `${root}libs/http/json.ts`],
    ['send', `${root}libs/http/handler.ts`],
    ['reply', `${root}node_modules/fastify/lib/reply.js`],
    ['all', ''],
    ['_storeHeader', 'node:_http_outgoing'],
  ] as const

  const { parts, functions } = summarise(profileOf(frames, [50, 10, 20, 30, 35, 5]))

  expect(parts).toEqual([
    { name: 'SQLite', share: 0.35 },
    { name: 'libs/http', share: 0.3 },
    { name: 'fastify', share: 0.3 },
    { name: 'node:_http_outgoing', share: 0.05 },
  ])
  expect(functions.map(({ name }) => name)).toEqual([
    'all',
    'reply fastify/lib/reply.js:1',
    'send libs/http/handler.ts:1',
    'parseJson libs/http/json.ts:1',
    '_storeHeader node:_http_outgoing:1',
  ])
})

/** A profile in which each function has one sample of so many microseconds. */
function profileOf(frames: readonly (readonly [string, string])[], times: number[]): Profiler.Profile {
  const nodes = frames.map(([functionName, url], id) => ({
    id,
    callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
  }))
  return { nodes, startTime: 0, endTime: 0, samples: nodes.map(({ id }) => id), timeDeltas: times }
}
