import { expect, test } from 'vitest'
import { Problem } from './problem.ts'
import { answer, createScripted, refusal, unreachable } from './testing/scripted-fetch.ts'

const sprocket = { teeth: 5, pitch_diameter: 5, outside_diameter: 6, pitch: 1 }

test('a call is sent to its path with what it was given', async () => {
  const { client, asked } = createScripted(answer({ id: 'a b' }, { etag: '"1"' }))

  const { status, headers, body } = await client.patch('/v1/sprockets/{sprocket_id}', {
    params: { sprocket_id: 'a/b' },
    body: { teeth: 6 },
    headers: { 'If-Match': '"0"' },
  })

  expect({ status, etag: headers.get('etag'), body }).toEqual({ status: 200, etag: '"1"', body: { id: 'a b' } })
  expect(asked[0]).toMatchObject({ method: 'PATCH', url: 'http://house.test/v1/sprockets/a%2Fb' })
  expect(asked[0]?.headers.get('content-type')).toBe('application/merge-patch+json')
  expect(asked[0]?.headers.get('if-match')).toBe('"0"')
  expect(await asked[0]?.json()).toEqual({ teeth: 6 })
})

test('what is absent from a query is not sent', async () => {
  const { client, asked } = createScripted(answer({ results: [] }))

  await client.get('/v1/sprockets', { query: { filter: "path == 'a&b'", skip: undefined, max_page_size: 0 } })

  const url = new URL(asked[0]?.url ?? '')
  expect([...url.searchParams]).toEqual([
    ['filter', "path == 'a&b'"],
    ['max_page_size', '0'],
  ])
})

// A URL has no segments of dots, however they are written: `fetch` would ask for what is above.
test.each(['', '.', '..'])('a path without an id of its own is not asked for: "%s"', async (sprocket_id) => {
  const { client, asked } = createScripted()

  await expect(client.delete('/v1/sprockets/{sprocket_id}', { params: { sprocket_id } })).rejects.toThrow('sprocket_id')
  expect(asked).toEqual([])
})

test('a text is answered as it is, and nothing as undefined', async () => {
  const { client } = createScripted(new Response('a,b\n'), new Response(null, { status: 204 }))

  expect(await client.get('/v1/budget-items:export')).toMatchObject({ body: 'a,b\n' })
  expect(await client.delete('/v1/sprockets/{sprocket_id}', { params: { sprocket_id: '1' } })).toMatchObject({
    status: 204,
    body: undefined,
  })
})

test('an upload goes as it is', async () => {
  const { client, asked } = createScripted(answer({}))

  await client.post('/v1/budget-items:import', { upload: 'a,b\n', contentType: 'text/csv' })

  expect(asked[0]?.headers.get('content-type')).toBe('text/csv')
  expect(await asked[0]?.text()).toBe('a,b\n')
})

test('a form goes with its own boundary', async () => {
  const { client, asked } = createScripted(answer({}))
  const upload = new FormData()
  upload.append('image', new Blob(['...'], { type: 'image/png' }))

  await client.post('/v1/pizzas/{pizza_id}:upload-image', { params: { pizza_id: '1' }, upload })

  expect((await asked[0]?.formData())?.get('image')).toBeInstanceOf(Blob)
})

test('a refused call throws the problem', async () => {
  const { client } = createScripted(refusal(404, 'not_found'))

  const call = client.get('/v1/sprockets/{sprocket_id}', { params: { sprocket_id: 'none' } })

  await expect(call).rejects.toBeInstanceOf(Problem)
  await expect(call).rejects.toMatchObject({
    status: 404,
    code: 'not_found',
    type: '/docs/errors#not_found',
    detail: 'Not so.',
    message: 'Not so.',
    errors: [],
    requestId: 'r-1',
  })
})

test('an error that is not of the services is a problem without a code', async () => {
  const { client } = createScripted(new Response('<h1>No</h1>', { status: 403, statusText: 'Forbidden' }))

  await expect(client.get('/v1/sprockets')).rejects.toMatchObject({ status: 403, code: 'unknown', detail: 'Forbidden' })
})

test.each(['{"title": "cut', 'null', '"busy"', ''])(
  'a problem that is none is one without a code: %s',
  async (text) => {
    const headers = { 'content-type': 'application/problem+json' }
    const { client, asked } = createScripted(new Response(text, { status: 400, headers }))

    await expect(client.get('/v1/sprockets')).rejects.toMatchObject({ name: 'Problem', status: 400, code: 'unknown' })
    expect(asked).toHaveLength(1)
  },
)

test.each([
  ['nobody answers', unreachable],
  ['the server has too much to do', () => refusal(503, 'database_busy')],
  ['the request took too long to arrive', () => refusal(408, 'request_timeout')],
  ['a proxy finds no server', () => new Response('', { status: 502 })],
  [
    'the first request with the key is still at work',
    () => refusal(409, 'idempotency_key_in_use', { 'retry-after': '0' }),
  ],
])('a create is sent again under the same key when %s', async (_, fail) => {
  const { client, asked } = createScripted(fail(), fail(), answer({ id: '1' }, {}, 201))

  expect(await client.post('/v1/sprockets', { body: sprocket })).toMatchObject({ status: 201, body: { id: '1' } })

  const keys = asked.map(({ headers }) => headers.get('idempotency-key'))
  expect(new Set(keys)).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]))
  expect(await Promise.all(asked.map((request) => request.json()))).toEqual([sprocket, sprocket, sprocket])
})

test('each create has a key of its own, or the one that it is given', async () => {
  const { client, asked } = createScripted(answer({}), answer({}), answer({}))

  await client.post('/v1/sprockets', { body: sprocket })
  await client.post('/v1/sprockets', { body: sprocket })
  await client.post('/v1/sprockets', { body: sprocket, headers: { 'Idempotency-Key': 'mine' } })

  const [first, second, third] = asked.map(({ headers }) => headers.get('idempotency-key'))
  expect(first).not.toBe(second)
  expect(third).toBe('mine')
})

test.each([
  [400, 'invalid_request'],
  [409, 'already_exists'],
  [412, 'etag_mismatch'],
  [500, 'internal'],
])('a %i is not tried again', async (status, code) => {
  const { client, asked } = createScripted(refusal(status, code))

  await expect(client.post('/v1/sprockets', { body: sprocket })).rejects.toMatchObject({ status, code })
  expect(asked).toHaveLength(1)
})

test('a write that takes no key is sent once', async () => {
  const { client, asked } = createScripted(unreachable())
  const call = { params: { consumer_id: 'rentals.settle_return' }, body: { actor: 'Ada' } }

  await expect(client.post('/v1/operations/consumers/{consumer_id}:pause', call)).rejects.toThrow('fetch failed')
  expect(asked).toHaveLength(1)
  expect(asked[0]?.headers.has('idempotency-key')).toBe(false)
})

test('an answer that is cut is asked for again', async () => {
  const cut = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })
  const { client } = createScripted(new Response(cut), answer({ results: [] }))

  expect(await client.get('/v1/sprockets')).toMatchObject({ body: { results: [] } })
})
