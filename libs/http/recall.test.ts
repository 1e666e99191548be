import { integer } from '@mainspring/core'
import { expect, test } from 'vitest'
import type { Reply } from './route.ts'
import { createSample, sampleRoute } from './testing/sample-server.ts'
import { send } from './testing/send.ts'

test('an answer that is known at once is sent as any other, without asking for it', async () => {
  const { sample, asked } = openMenu()

  const made = await send(sample, 'GET', '/v1/menu?page=2')
  const known = await send(sample, 'GET', '/v1/menu?page=1', undefined, { 'x-request-id': 'mine' })
  const head = await send(sample, 'HEAD', '/v1/menu?page=1')

  expect(asked).toEqual(['/v1/menu?page=2'])
  expect(known.body).toEqual({ page: 1 })
  expect([...known.headers.keys()]).toEqual([...made.headers.keys()])
  expect(known.headers.get('x-request-id')).toBe('mine')
  expect([head.text, head.headers.get('content-length')]).toEqual(['', '10'])
  expect(sample.lines.map(({ request_id, route, status }) => [request_id === 'mine', route, status])).toEqual([
    [false, '/v1/menu', 200],
    [true, '/v1/menu', 200],
    [false, '/v1/menu', 200],
  ])
})

test('an answer that is known at once is sent only to those who have it not, and take it', async () => {
  const { sample } = openMenu()

  const unchanged = await send(sample, 'GET', '/v1/menu?page=1', undefined, { 'if-none-match': '"1"' })
  const refused = await send(sample, 'GET', '/v1/menu?page=1', undefined, { accept: 'text/html' })

  expect([unchanged.status, unchanged.text]).toEqual([304, ''])
  expect([refused.status, refused.body.code]).toEqual([406, 'not_acceptable'])
})

/** Knows its first page. */
function openMenu() {
  const asked: string[] = []
  const page = (target: string): Reply => {
    const number = target.slice(-1)
    return { status: 200, headers: { etag: `"${number}"` }, body: Buffer.from(`{"page":${number}}`) }
  }
  const menu = sampleRoute('/v1/menu', {
    query: { page: integer() },
    recall: (target) => (target.endsWith('1') ? page(target) : undefined),
    async handle({ target }) {
      asked.push(target)
      return page(target)
    },
  })
  return { sample: createSample([menu]), asked }
}
