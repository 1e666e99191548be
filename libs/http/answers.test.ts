import { Readable } from 'node:stream'
import { conflict, unavailable } from '@mainspring/core'
import { expect, test } from 'vitest'
import type { Reply } from './route.ts'
import { createSample, sampleRoute } from './testing/sample-server.ts'
import { sample, send } from './testing/send.ts'

test.each([
  ['"7"', 304],
  ['W/"7"', 304],
  ['"1", "7"', 304],
  ['*', 304],
  ['"8"', 200],
  ['"77"', 200],
])('a GET with If-None-Match: %s is answered with %i', async (tag, status) => {
  const answer = await send(sample, 'GET', '/v1/sprockets/a', undefined, { 'if-none-match': tag })

  expect(answer.status).toBe(status)
  expect(answer.headers.get('etag')).toBe('"7"')
  if (status === 304) expect([answer.text, answer.headers.get('content-type')]).toEqual(['', null])
})

test('If-None-Match says nothing about an answer without a tag', async () => {
  expect((await send(sample, 'GET', '/v1/sprockets', undefined, { 'if-none-match': '*' })).status).toBe(200)
})

test('If-None-Match is for reads', async () => {
  const patch = { 'if-none-match': '*', 'content-type': 'application/merge-patch+json' }

  expect((await send(sample, 'POST', '/v1/sprockets', { teeth: 1 }, { 'if-none-match': '*' })).status).toBe(201)
  expect((await send(sample, 'PATCH', '/v1/sprockets/a', { teeth: 1 }, patch)).status).toBe(200)
})

test('Prefer: return=minimal spares the resource', async () => {
  const minimal = { prefer: 'respond-async, return=minimal; foo' }

  const created = await send(sample, 'POST', '/v1/sprockets', { teeth: 1 }, minimal)
  const updated = await send(
    sample,
    'PATCH',
    '/v1/sprockets/a',
    { teeth: 1 },
    { ...minimal, 'content-type': 'application/merge-patch+json' },
  )

  expect([created.status, created.text, created.headers.get('location'), created.headers.get('etag')]).toEqual([
    201,
    '',
    '/v1/sprockets/1',
    '"1"',
  ])
  expect([updated.status, updated.text, updated.headers.get('etag')]).toEqual([204, '', '"2"'])
  for (const { headers } of [created, updated]) expect(headers.get('preference-applied')).toBe('return=minimal')
})

test('Prefer: return=minimal means nothing to reads', async () => {
  for (const answer of [
    await send(sample, 'GET', '/v1/sprockets/a', undefined, { prefer: 'return=minimal' }),
    await send(sample, 'POST', '/v1/sprockets:batch-get', {}, { prefer: 'return=minimal' }),
  ]) {
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, null])
  }
  expect(
    (await send(sample, 'POST', '/v1/sprockets', { teeth: 1 }, { prefer: 'return=representation' })).body.teeth,
  ).toBe(1)
})

test('an error of the domain is a problem with its values as members', async () => {
  const codes = [{ sold_out: { kind: 'conflict', title: 'There are none left.' } }] as const
  const handle = async () => {
    throw conflict('sold_out', {
      detail: 'None of the 3 is left.',
      field: 'pizza_id',
      most: 3,
      status: 'odd',
      retry_after: 1.5,
    })
  }
  const own = createSample([sampleRoute('/v1/a', { handle, errors: ['sold_out'] })], { codes })

  const { status, headers, body } = await send(own, 'GET', '/v1/a')

  expect([status, headers.get('retry-after'), headers.get('cache-control')]).toEqual([409, '2', 'no-store'])
  expect(body).toEqual({
    type: '/docs/errors#sold_out',
    title: 'There are none left.',
    status: 409,
    detail: 'None of the 3 is left.',
    instance: headers.get('x-request-id'),
    code: 'sold_out',
    errors: [{ field: 'pizza_id', code: 'sold_out', detail: 'None of the 3 is left.' }],
    most: 3,
  })
})

test.each([
  ['an error', () => Promise.reject(new Error('secret'))],
  ['what is no error', () => Promise.reject('secret')],
  [
    'an error before the first await',
    () => {
      throw new Error('secret')
    },
  ],
  ['a body that is no JSON', async () => ({ status: 200, body: { secret: 1n } })],
  ['a header that is none', async () => ({ status: 200, headers: { etag: 'secret\n' }, body: {} })],
  ['a status that is none', async () => ({ status: 7, body: { secret: 1 } })],
])('a defect says nothing to the caller and all to the log: %s', async (_, handle) => {
  const own = createSample([sampleRoute('/v1/a', { handle })])

  const { status, headers, text, body } = await send(own, 'GET', '/v1/a')

  expect([status, body.code]).toEqual([500, 'internal'])
  expect(text + JSON.stringify([...headers])).not.toContain('secret')
  expect(own.lines.find(({ level }) => level === 'error')).toMatchObject({
    message: 'request failed',
    request_id: body.instance,
  })
})

test('what is away is told with the time to wait, and logged with its cause', async () => {
  const cause = new Error('connect ECONNREFUSED')
  const handle = () => Promise.reject(unavailable('timeout', { detail: 'No database.', retry_after: 3, cause }))
  const own = createSample([sampleRoute('/v1/a', { handle })])

  const { status, headers, text } = await send(own, 'GET', '/v1/a')

  expect([status, headers.get('retry-after')]).toEqual([503, '3'])
  expect(text).not.toContain('ECONNREFUSED')
  expect(JSON.stringify(own.lines[0])).toContain('ECONNREFUSED')
})

test('a handler that takes too long is answered for, and may fail later', async () => {
  const late = Promise.withResolvers<never>()
  const own = createSample([sampleRoute('/v1/a', { handle: () => late.promise })], {
    limits: { handler_seconds: 0.01 },
  })

  const { status, headers, body } = await send(own, 'GET', '/v1/a')
  late.reject(new Error('too late'))
  await new Promise(setImmediate)

  expect([status, headers.get('retry-after'), body.code]).toEqual([503, '1', 'timeout'])
  expect(own.lines.at(-1)).toMatchObject({
    level: 'error',
    message: 'failed after the answer',
    request_id: body.instance,
  })
})

test('what a handler brings too late is let go', async () => {
  const body = Readable.from(['late'])
  const late = Promise.withResolvers<Reply>()
  const own = createSample([sampleRoute('/v1/a', { handle: () => late.promise })], {
    limits: { handler_seconds: 0.01 },
  })

  await send(own, 'GET', '/v1/a')
  late.resolve({ status: 200, content_type: 'text/plain', body })
  await new Promise(setImmediate)

  expect(body.destroyed).toBe(true)
})

test('a handler that is in time is not held to be late afterwards', async () => {
  const own = createSample([sampleRoute('/v1/a')], { limits: { handler_seconds: 0.01 } })

  await send(own, 'GET', '/v1/a')
  await new Promise((resolve) => setTimeout(resolve, 30))

  expect(own.lines.map(({ message }) => message)).toEqual(['request'])
})

test('text, bytes and streams are sent as they are', async () => {
  const bodies = { text: '<svg/>', bytes: new Uint8Array([60, 115]), stream: Readable.from(['<', 's']) }
  const routes = Object.entries(bodies).map(([name, body]) =>
    sampleRoute(`/v1/${name}`, {
      replies: [],
      handle: async () => ({ status: 200, content_type: 'image/svg+xml', body }),
    }),
  )
  const own = createSample(routes)

  for (const name of Object.keys(bodies)) {
    const { status, headers, text } = await send(own, 'GET', `/v1/${name}`)
    expect([status, headers.get('content-type'), text.slice(0, 2)]).toEqual([200, 'image/svg+xml', '<s'])
  }
})

test('a request keeps its id when that is sane, and gets one when not', async () => {
  const idOf = async (sent: string) =>
    (await send(sample, 'GET', '/v1/sprockets/a', undefined, { 'x-request-id': sent })).headers.get('x-request-id')

  expect(await idOf('abc-1.2_3')).toBe('abc-1.2_3')
  for (const odd of ['', 'a b', 'a"b', 'x'.repeat(129), 'ä']) expect(await idOf(odd)).toMatch(/^[0-9a-f-]{36}$/)
})

test.each(['/v1/sprockets/a', '/nowhere', '/v1/sprockets/%', '/healthz'])(
  '%s has the headers of every answer',
  async (path) => {
    const { headers } = await send(sample, 'GET', path)

    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('strict-transport-security')).toContain('max-age=')
  },
)

test('each request leaves one line in the log, but those of probes', async () => {
  const handle = async ({ log }: { log: { info: (message: string) => void } }) => {
    log.info('working')
    return { status: 200, body: {} }
  }
  const own = createSample([sampleRoute('/v1/a/{a_id}', { handle, query: {} })])

  await send(own, 'GET', '/v1/a/b?', undefined, { 'x-request-id': 'r1' })
  await send(own, 'GET', '/nowhere?token=secret', undefined, { 'x-request-id': 'r2' })
  await send(own, 'GET', '/v1/%', undefined, { 'x-request-id': 'r3' })
  await send(own, 'GET', '/healthz')

  expect(own.lines).toMatchObject([
    { message: 'working', request_id: 'r1' },
    {
      message: 'request',
      request_id: 'r1',
      method: 'GET',
      route: '/v1/a/{a_id}',
      path: '/v1/a/b',
      status: 200,
      milliseconds: expect.any(Number),
    },
    { message: 'request', request_id: 'r2', route: '', path: '/nowhere', status: 404 },
    { message: 'request', request_id: 'r3', status: 400 },
  ])
  expect(JSON.stringify(own.lines)).not.toContain('secret')
})
