import { boolean, id, integer, number, text } from '@mainspring/core'
import { expect, test } from 'vitest'
import { createSample, sampleRoute } from './testing/sample-server.ts'
import { sample, send } from './testing/send.ts'

test('all that is wrong with a request is told at once', async () => {
  const { status, headers, body } = await send(sample, 'POST', '/v1/sprockets?id=A&id=b&color=red', {
    teeth: 0,
    nmae: 'x',
  })

  expect(status).toBe(400)
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(body).toMatchObject({ type: '/docs/errors#invalid_request', status: 400, code: 'invalid_request' })
  expect(body.errors).toEqual([
    { field: 'id', code: 'repeated', detail: 'Must be given once.' },
    { field: 'color', code: 'unknown_parameter', detail: 'Must not be given: there is no such parameter.' },
    { field: 'id', code: 'pattern', detail: 'Must match ^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$.' },
    { field: 'nmae', code: 'unknown_field', detail: 'Must not be given: there is no such field.' },
    { field: 'teeth', code: 'minimum', detail: 'Must be at least 1.' },
  ])
})

test('parameters are converted, and have their defaults', async () => {
  const seen: unknown[] = []
  const query = {
    count: integer({ default: 50 }),
    ratio: number({ optional: true }),
    force: boolean({ default: false }),
    name: text({ optional: true }),
  }
  const route = sampleRoute('/v1/a', {
    query,
    handle: async (request) => {
      seen.push(request.query)
      return { status: 204 }
    },
  })
  const own = createSample([route])

  await send(own, 'GET', '/v1/a')
  await send(own, 'GET', '/v1/a?count=7&ratio=-1.5e2&force=true&name=%C3%A9+1')

  expect(seen).toEqual([
    { count: 50, ratio: null, force: false, name: null },
    { count: 7, ratio: -150, force: true, name: 'é 1' },
  ])
  for (const wrong of [
    'count=0x10',
    'count=',
    'count=1.5',
    'ratio=Infinity',
    'ratio=1e999',
    'ratio= 1',
    'force=1',
    'force=TRUE',
  ]) {
    const { status, body } = await send(own, 'GET', `/v1/a?${wrong}`)
    expect([wrong, status, body.errors]).toEqual([
      wrong,
      400,
      [expect.objectContaining({ field: wrong.split('=')[0], code: 'type' })],
    ])
  }
})

test('headers that a route declares are checked like parameters', async () => {
  const own = createSample([
    sampleRoute('/v1/a', { headers: { 'If-Match': text({ max: 3 }), 'X-Count': integer({ optional: true }) } }),
  ])

  const { body } = await send(own, 'GET', '/v1/a', undefined, { 'x-count': 'many' })

  expect(body.errors).toEqual([
    { field: 'If-Match', code: 'required', detail: 'Must be given.' },
    { field: 'X-Count', code: 'type', detail: 'Must be a whole number or null.' },
  ])
})

test('a handler sees a checked request', async () => {
  const route = sampleRoute('/v1/a/{a_id}:do', {
    method: 'POST',
    params: { a_id: id() },
    body: { schema: { type: 'object' } },
    handle: async (request) => ({
      status: 200,
      body: {
        ...request.params,
        id: request.id,
        method: request.method,
        path: request.path,
        tag: request.header('if-match'),
        caller: request.caller,
      },
    }),
  })

  const { body } = await send(
    createSample([route]),
    'POST',
    '/v1/a/b:do?',
    {},
    { 'if-match': '"1"', 'x-request-id': 'r.1' },
  )

  expect(body).toEqual({ a_id: 'b', id: 'r.1', method: 'POST', path: '/v1/a/b:do', tag: '"1"', caller: '127.0.0.1' })
})

test('an absent body counts as {} where it is optional', async () => {
  expect((await send(sample, 'POST', '/v1/sprockets/a:polish')).body.grit).toBe(100)
  expect((await send(sample, 'POST', '/v1/sprockets/a:polish', '', { 'content-type': 'text/plain' })).body.grit).toBe(
    100,
  )
  expect((await send(sample, 'POST', '/v1/sprockets')).body).toMatchObject({ status: 400, code: 'body_required' })
})

test('a body that a route does not describe is ignored', async () => {
  expect((await send(sample, 'GET', '/v1/sprockets/a', 'rubbish')).status).toBe(200)
})

test.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['application/merge-patch+json', 415],
  ['application/json; charset=latin1', 415],
  ['no media type', 415],
  ['application/json; charset=UTF-8', 201],
  ['Application/JSON;charset="utf-8"', 201],
])('a body as %s is answered with %i', async (type, status) => {
  const answer = await send(sample, 'POST', '/v1/sprockets', { teeth: 1 }, { 'content-type': type })

  expect(answer.status).toBe(status)
  if (status === 415) expect(answer.body.code).toBe('unsupported_media_type')
})

test('a refused media type is answered with those that are taken', async () => {
  const { status, body } = await send(sample, 'PATCH', '/v1/sprockets/a', { teeth: 1 })

  expect([status, body.detail]).toEqual([
    415,
    'A body application/json is not taken: send application/merge-patch+json, in UTF-8.',
  ])
})

test('a body that is compressed is refused', async () => {
  const { status, body } = await send(sample, 'POST', '/v1/sprockets', { teeth: 1 }, { 'content-encoding': 'gzip' })

  expect([status, body.detail]).toEqual([415, 'A body encoded as gzip is not taken: send it as it is.'])
  expect((await send(sample, 'POST', '/v1/sprockets', { teeth: 1 }, { 'content-encoding': 'identity' })).status).toBe(
    201,
  )
})

test('a body over the limit is refused, whether its length is told or not', async () => {
  const own = createSample([sampleRoute('/v1/a', { method: 'POST', body: { schema: { type: 'object' } } })], {
    limits: { body_bytes: 20 },
  })

  expect((await send(own, 'POST', '/v1/a', { a: 'x'.repeat(12) })).status).toBe(200)
  expect((await send(own, 'POST', '/v1/a', { a: 'x'.repeat(13) })).body).toMatchObject({
    status: 413,
    code: 'body_too_large',
  })
})

test.each([
  ['text/html', 406],
  ['application/json;q=0', 406],
  ['application/*;q=0, text/html', 406],
  ['text/html, application/json;q=0.1', 200],
  ['application/*', 200],
  ['*/*;q=0.1', 200],
])('Accept: %s is answered with %i', async (accept, status) => {
  expect((await send(sample, 'GET', '/v1/sprockets/a', undefined, { accept })).status).toBe(status)
})

test.each(['/v1/sprockets/%E0%A4%A', '/v1/sprockets/%', '/v1/%00', '/v1/sprockets/a%00b', '/v1/sprockets/%FF:polish'])(
  'a path that is no text is refused: %s',
  async (path) => {
    expect((await send(sample, 'GET', path)).body).toMatchObject({ status: 400, code: 'invalid_path' })
  },
)

test('an address that is too long is refused', async () => {
  expect((await send(sample, 'GET', `/v1/sprockets?filter=${'x'.repeat(9000)}`)).body).toMatchObject({
    status: 414,
    code: 'uri_too_long',
  })
})
