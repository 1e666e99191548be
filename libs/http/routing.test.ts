import { expect, test } from 'vitest'
import { createSample, sampleRoute } from './testing/sample-server.ts'
import { sample, send } from './testing/send.ts'

test('a custom method is found beside the resource that it belongs to', async () => {
  expect((await send(sample, 'POST', '/v1/sprockets/a:polish')).body).toEqual({ sprocket_id: 'a', grit: 100 })
  expect((await send(sample, 'POST', '/v1/sprockets:batch-get', {})).body).toEqual({ results: [] })
  expect((await send(sample, 'GET', '/v1/sprockets/a')).body).toEqual({ id: 'a' })
})

test.each([
  '/v1/sprockets/a:melt',
  '/v1/sprockets:melt',
  '/v1/sprockets/',
  '/v1/sprockets/a/',
  '/v1/sprockets/:polish',
  '/v1/sprockets/a/:polish',
  '/v1/sprockets/a/b',
  '/V1/sprockets/a',
  '/v1%2Fsprockets',
  '/v1/sprockets%3Abatch-get',
  '/v1/sprockets/a%2fb',
  '/v2',
])('nothing lives at %s', async (path) => {
  const { status, body } = await send(sample, 'GET', path)

  expect(status).toBe(404)
  expect(body).toMatchObject({ code: 'route_not_found', detail: `Nothing lives at ${path}.` })
})

test.each([
  ['DELETE', '/v1/sprockets/a', 'GET, HEAD, PATCH, OPTIONS'],
  ['PUT', '/v1/sprockets', 'GET, HEAD, POST, OPTIONS'],
  ['GET', '/v1/sprockets/a:polish', 'POST, OPTIONS'],
  ['GET', '/v1/sprockets:batch-get', 'POST, OPTIONS'],
  ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
] as const)('%s %s is refused with the methods that are allowed', async (method, path, allow) => {
  const { status, headers, body } = await send(sample, method, path)

  expect(status).toBe(405)
  expect(headers.get('allow')).toBe(allow)
  expect(body.code).toBe('method_not_allowed')
})

test('OPTIONS tells the methods of a path', async () => {
  const { status, headers, text } = await send(sample, 'OPTIONS', '/v1/sprockets/a:polish')

  expect([status, headers.get('allow'), text]).toEqual([204, 'POST, OPTIONS', ''])
})

test('HEAD answers as GET does, without the body', async () => {
  const get = await send(sample, 'GET', '/v1/sprockets/a')
  const head = await send(sample, 'HEAD', '/v1/sprockets/a')

  expect([head.status, head.text]).toEqual([200, ''])
  expect(head.headers.get('etag')).toBe('"7"')
  expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
})

test.each([
  [
    '/v1/a/{a_id}',
    '/v1/a/{b_id}',
    'Two routes claim one path: GET /v1/a/{a_id} (one of a) and GET /v1/a/{b_id} (two of a).',
  ],
  ['/v1/a', '/v1/a', 'Two routes claim one path: GET /v1/a (one of a) and GET /v1/a (two of a).'],
])('two routes that claim one path stop the start: %s and %s', (one, two, message) => {
  const operation = (id: string) => ({ operation: { id, summary: 'A sample', tag: 'a' } })

  expect(() => createSample([sampleRoute(one, operation('one')), sampleRoute(two, operation('two'))])).toThrow(message)
})

test.each([
  '/',
  '/openapi.json',
  '/docs',
  '/docs/more',
  '/healthz',
  '/metrics',
  '/v1/operations',
  '/v1/operations/{a_id}:stop',
])('a service cannot claim %s', (path) => {
  expect(() => createSample([sampleRoute(path)])).toThrow(
    `GET ${path} (GET ${path} of sprockets) claims a path that belongs to the kernel.`,
  )
})

test('two services share no path, whatever the methods', () => {
  const list = sampleRoute('/v1/pizzas', { operation: { id: 'ListPizza', summary: 'List', tag: 'snacks' } })
  const make = sampleRoute('/v1/pizzas', {
    method: 'POST',
    operation: { id: 'CreatePizza', summary: 'Make', tag: 'budget' },
  })

  expect(() => createSample([list, make])).toThrow(
    'Two routes claim one path: GET /v1/pizzas (ListPizza of snacks) and POST /v1/pizzas (CreatePizza of budget).',
  )
})

test.each(['/docsets', '/v1/operations-log', '/v1/docs'])('a service may claim %s', (path) => {
  expect(() => createSample([sampleRoute(path)])).not.toThrow()
})

test('a path whose parameters are not those that are declared stops the start', () => {
  expect(() => createSample([sampleRoute('/v1/a/{a_id}', { params: {} })])).toThrow(
    'GET /v1/a/{a_id} (GET /v1/a/{a_id} of sprockets) names the parameters a_id in its path, but declares none.',
  )
})

test('a code that two packages declare stops the start', () => {
  const codes = { too_hot: { kind: 'invalid', title: 'Too hot.' } } as const

  expect(() => createSample([], { codes: [codes, { ...codes, too_hot: { ...codes.too_hot } }] })).toThrow(
    'The error code too_hot is declared twice.',
  )
  expect(() => createSample([], { codes: [codes, codes] })).not.toThrow()
})
