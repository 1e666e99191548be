import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { createCheckedClient, createFactory } from '@mainspring/testing'
import { beforeAll, expect, inject, test } from 'vitest'
import { Sprocket } from '../entities/sprocket.ts'

const client = createCheckedClient(inject('base_url'))
const newSprocket = createFactory(Sprocket)
const id = randomUUID()
const path = `/v1/sprockets/${id}`
const PROBLEM = /^application\/problem\+json/

beforeAll(async () => {
  expect(await client.put(path, newSprocket())).toMatchObject({ status: 201 })
})

test.each([
  ['PUT', '/v1/sprockets', 'GET, HEAD, POST, OPTIONS'],
  ['POST', '/v1/sprockets/1', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
  ['GET', '/v1/sprockets:batch-create', 'POST, OPTIONS'],
  ['DELETE', '/v1/factories/1', 'GET, HEAD, OPTIONS'],
  ['PATCH', '/v1/factories/1', 'GET, HEAD, OPTIONS'],
  ['GET', '/v1/factories/1:append', 'POST, OPTIONS'],
  ['POST', '/v1/factories/1:chart', 'GET, HEAD, OPTIONS'],
  ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
])('%s %s is a 405 that says what is allowed', async (method, path, allowed) => {
  const { status, headers, body } = await client.send(method, path, method === 'GET' ? {} : { body: {} })

  expect({ status, body }).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
  expect(methodsOf(headers)).toEqual(allowed.split(', ').toSorted())
})

test.each([
  '/v1',
  '/v2/sprockets',
  '/v1/sprockets/',
  '/v1/sprockets/1/teeth',
  '/v1/sprockets/1:fly',
  '/v1/sprockets:fly',
  '/V1/sprockets',
  '/v1/sprockets/a%2fb',
  '/v1/sprockets/a%3Ab',
])('nothing lives at %s', async (path) => {
  expect(await client.get(path)).toMatchObject({ status: 404, body: { code: 'route_not_found' } })
})

test.each([
  ['/v1/sprockets', 'text/html'],
  ['/v1/sprockets/1', 'application/xml, text/*;q=0.5'],
  ['/v1/sprockets/1', 'application/json;q=0'],
  ['/v1/factories/1:chart', 'application/json'],
])('%s as %s is a 406', async (path, accept) => {
  expect(await client.get(path, { accept })).toMatchObject({ status: 406, body: { code: 'not_acceptable' } })
})

test.each(['application/*', '*/*;q=0.1', 'text/html, application/json;q=0.2'])(
  'an answer may be accepted as %s',
  async (accept) => {
    expect(await client.get(path, { accept })).toMatchObject({ status: 200 })
  },
)

test.each([
  ['POST', '/v1/sprockets', 'text/plain'],
  ['POST', '/v1/sprockets', 'application/json; charset=latin1'],
  ['POST', '/v1/sprockets:batch-get', 'application/x-www-form-urlencoded'],
  ['PUT', '/v1/sprockets/1', 'application/xml'],
  ['PATCH', '/v1/sprockets/1', 'application/json-patch+json'],
])('%s %s of %s is a 415', async (method, path, type) => {
  const answer = await client.send(method, path, { body: newSprocket(), headers: { 'content-type': type } })

  expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
})

test('a compressed body is a 415', async () => {
  const answer = await client.post('/v1/sprockets', gzipSync(JSON.stringify(newSprocket())), {
    'content-encoding': 'gzip',
  })

  expect(answer).toMatchObject({ status: 415 })
})

test('a body of JSON may say that it is UTF-8', async () => {
  const headers = { 'content-type': 'Application/JSON; Charset="UTF-8"' }

  expect(await client.post('/v1/sprockets', newSprocket(), headers)).toMatchObject({ status: 201 })
})

test('a body that is too large is a 413, and the next request is answered', async () => {
  const body = `{"teeth": ${' '.repeat(5_000_000)}5}`

  expect(await client.post('/v1/sprockets', body)).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  expect(await client.get(path)).toMatchObject({ status: 200 })
})

test.each([
  ['cut off', '{"teeth": 5,\n "pitch": ', 2, 11],
  ['single quotes', "{'teeth': 5}", 1, 2],
  ['a trailing comma', '{"teeth": 5,}', 1, 13],
  ['NaN', '{"teeth": NaN}', 1, 11],
  ['more behind it', '{} {}', 1, 4],
])('a body with %s is a 400 with the position', async (_, body, line, column) => {
  const answer = await client.post('/v1/sprockets', body)

  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_json', line, column } })
})

test.each([
  ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ['a lone surrogate', '{"teeth": "\\ud800"}'],
  ['no object', '[]'],
  ['null', 'null'],
  ['nothing', ''],
  ['a hundred thousand brackets', '['.repeat(100_000)],
])('a body that is %s is a 400', async (_, body) => {
  expect(await client.post('/v1/sprockets', body)).toMatchObject({ status: 400 })
})

test('a name with NUL is a 400 that names the field', async () => {
  const chart_data = { sprocket_production_actual: [], sprocket_production_goal: [], time: [] }

  const answer = await client.post('/v1/factories', { name: 'North\0plant', chart_data })

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'name' }] } })
})

test.each(['%', '%ff', '%00', 'ü', encodeURIComponent('😀'), 'x'.repeat(64), "1'--"])(
  'the id %s is a 400 or a 404',
  async (id) => {
    const { status } = await client.get(`/v1/sprockets/${id}`)

    expect([400, 404]).toContain(status)
  },
)

test('a minimal answer leaves out the resource, and nothing else', async () => {
  const headers = { prefer: 'return=minimal' }

  const created = await client.post<undefined>('/v1/sprockets', newSprocket(), headers)
  const path = created.headers.get('location') ?? ''
  const changed = await client.patch(path, { teeth: 6 }, headers)
  const replaced = await client.put(path, newSprocket({ teeth: 7 }), headers)

  expect([created, changed, replaced].map(({ status, body }) => ({ status, body }))).toEqual([
    { status: 201, body: undefined },
    { status: 204, body: undefined },
    { status: 204, body: undefined },
  ])
  for (const { headers } of [created, changed, replaced])
    expect(headers.get('preference-applied')).toBe('return=minimal')
  expect(await client.get(path)).toMatchObject({ status: 200, body: { teeth: 7 } })
})

test('the answer to a repeat is minimal when that is preferred, and else whole', async () => {
  const key = { 'idempotency-key': randomUUID() }
  const body = newSprocket()
  const whole = await client.post('/v1/sprockets', body, key)

  const minimal = await client.post('/v1/sprockets', body, { ...key, prefer: 'return=minimal' })
  const again = await client.post('/v1/sprockets', body, key)

  expect(minimal).toMatchObject({ status: 201, body: undefined })
  expect(minimal.headers.get('preference-applied')).toBe('return=minimal')
  expect(minimal.headers.get('location')).toBe(whole.headers.get('location'))
  expect(again.body).toEqual(whole.body)
  expect(again.headers.get('content-type')).toBe(whole.headers.get('content-type'))
})

test('a read, and a batch that only reads, are whole whatever is preferred', async () => {
  const headers = { prefer: 'return=minimal' }

  expect(await client.get(path, headers)).toMatchObject({ status: 200, body: { id } })
  expect(await client.post('/v1/sprockets:batch-get', { requests: [{ id }] }, headers)).toMatchObject({
    status: 200,
    body: { results: [{ id }] },
  })
})

test('HEAD is GET without the body', async () => {
  for (const place of [path, `/v1/sprockets?filter=id=='${id}'`, '/healthz', '/openapi.json']) {
    const [head, get] = [await client.send('HEAD', place), await client.get(place)]

    expect(head).toMatchObject({ status: 200, body: undefined })
    for (const name of ['content-type', 'content-length', 'etag'])
      expect(head.headers.get(name)).toBe(get.headers.get(name))
  }
  expect(await client.send('HEAD', `/v1/sprockets/${randomUUID()}`)).toMatchObject({ status: 404, body: undefined })
})

test('OPTIONS says what is allowed', async () => {
  const { status, headers } = await client.send('OPTIONS', '/v1/sprockets/1')

  expect(status).toBe(204)
  expect(methodsOf(headers)).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'])
})

test('the request id of the caller is kept if it is sane, and is on every problem', async () => {
  const headers = { 'x-request-id': 'my-request.1' }

  const known = await client.get<{ instance: string }>(`/v1/sprockets/${randomUUID()}`, headers)
  const unsafe = await client.get(path, { 'x-request-id': 'x'.repeat(1_000) })

  expect(known.headers.get('x-request-id')).toBe('my-request.1')
  expect(known.body.instance).toBe('my-request.1')
  expect(unsafe.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
})

test('every refusal is a problem that must not be cached', async () => {
  const refusals = [
    await client.get('/nowhere'),
    await client.get(`/v1/sprockets/${randomUUID()}`),
    await client.post('/v1/sprockets', '{'),
    await client.get('/v1/sprockets', { accept: 'text/html' }),
  ]

  for (const { headers } of refusals) {
    expect(headers.get('content-type')).toMatch(PROBLEM)
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

const methodsOf = (headers: Headers): readonly string[] => (headers.get('allow') ?? '').split(', ').toSorted()
