import { expect, test } from 'vitest'
import { createSample } from './testing/sample-server.ts'
import { sample, send } from './testing/send.ts'

const never = () => new Promise<never>(() => {})
const status = async () => ({})

test('a process that lives says so', async () => {
  expect((await send(sample, 'GET', '/healthz')).body).toEqual({ alive: true })
})

test('a service that can work says so, with its parts', async () => {
  const { status, headers, body } = await send(sample, 'GET', '/readyz')

  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(body).toEqual({ ready: true, parts: { database: { ready: true } } })
})

test('a service that cannot work says which part is away', async () => {
  const parts = { database: { ready: false, detail: 'It cannot be reached.' }, queue: { ready: true } }
  const own = createSample([], { health: { ready: async () => parts, status } })

  const answer = await send(own, 'GET', '/readyz')

  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  expect(answer.body).toMatchObject({ code: 'not_ready', detail: 'database: It cannot be reached.', parts })
})

test('a part that does not answer is not waited for', async () => {
  const own = createSample([], { health: { ready: never, status } })

  expect((await send(own, 'GET', '/readyz')).body).toMatchObject({ status: 503, detail: 'No answer within 800 ms.' })
})

test('what is running is told', async () => {
  expect((await send(sample, 'GET', '/status')).body).toEqual({ version: '1.0.0' })
})

test('the entrance leads to everything that can be looked at', async () => {
  const { text, headers } = await send(sample, 'GET', '/')
  const links = [...text.matchAll(/href="(\/[^"]*)"/g)].map(([, path = '']) => path)

  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(links).toEqual(['/v1/sprockets', '/docs', '/openapi.json', '/docs/errors', '/readyz', '/status'])
  for (const path of links) expect([path, (await send(sample, 'GET', path)).status]).toEqual([path, 200])
})

test('each code that an answer may carry is explained where its type points to', async () => {
  const { text } = await send(
    createSample([], { codes: [{ sold_out: { kind: 'conflict', title: '<None> left.' } }] }),
    'GET',
    '/docs/errors',
  )

  expect(text).toContain('<tr id="sold_out"><td><code>sold_out</code><td>409<td>&#60;None&#62; left.')
  expect(text).toContain('id="route_not_found"')
  expect(text).toContain('id="field-too_short"')
})

test('the document is sent once to those who have it', async () => {
  const first = await send(sample, 'GET', '/openapi.json')
  const again = await send(sample, 'GET', '/openapi.json', undefined, {
    'if-none-match': first.headers.get('etag') ?? '',
  })

  expect(first.body).toEqual(sample.server.openapi)
  expect(again.status).toBe(304)
})

test('the reference runs on its own script alone', async () => {
  const page = await send(sample, 'GET', '/docs')
  const [, path = ''] = /<script src="([^"]+)"/.exec(page.text) ?? []
  const plain = await send(sample, 'GET', path)
  const packed = await sample.server.inject({ method: 'GET', url: path, headers: { 'accept-encoding': 'gzip, br' } })

  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; ")
  expect(page.text).not.toMatch(/https?:/)
  expect(plain.text).toContain('@scalar/api-reference')
  expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect([packed.headers.get('content-encoding'), packed.headers.get('etag')]).toEqual([
    'gzip',
    plain.headers.get('etag'),
  ])
})
