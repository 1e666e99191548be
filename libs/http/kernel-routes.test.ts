import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { kernelRoute } from './kernel-route.ts'
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

const notes = {
  path: '/docs/notes',
  title: 'Notes & more',
  introduction: 'what <else> there is to know',
  content: () => ({ html: '<p class="note">Mind the oven.', style: '.note { color: red }' }),
}
const schema = {
  path: '/schemas/note/1',
  title: 'A note',
  content: () => ({ json: { type: 'string' }, content_type: 'application/schema+json' }),
}
const documented = createSample([], { documents: [notes, schema] })

test('a document that the server was given is served, and sent once to those who have it', async () => {
  const first = await send(documented, 'GET', '/schemas/note/1')
  const again = await send(documented, 'GET', '/schemas/note/1', undefined, {
    'if-none-match': first.headers.get('etag') ?? '',
  })

  expect(first.headers.get('content-type')).toBe('application/schema+json; charset=utf-8')
  expect(JSON.parse(first.text)).toEqual({ type: 'string' })
  expect(again.status).toBe(304)
})

test('a page that the server was given has its own style and runs no script', async () => {
  const { text, headers } = await send(documented, 'GET', '/docs/notes')
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? []
  const policy = headers.get('content-security-policy')

  expect(text).toContain('<h1>Notes &#38; more</h1>\n<p class="note">')
  expect(style).toContain('.note { color: red }')
  expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`)
  expect(policy).not.toContain('script-src')
})

test('the entrance leads to documents that have an introduction, and to no others', async () => {
  const { text } = await send(documented, 'GET', '/')

  expect(text).toContain('<a href="/docs/notes">/docs/notes</a>: what &#60;else&#62; there is to know')
  expect(text).not.toContain('/schemas/note/1')
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

test("routes of the kernel's own live where no other may, and are described if they say what they answer", async () => {
  const operation = { id: 'ListConsumer', summary: 'What works', tag: 'operations' }
  const told = { ...kernelRoute('/v1/operations/consumers', 'What works', async () => OK), operation }
  const kernel_routes = [
    { ...told, replies: [{ status: 200, description: 'All of it.' }] },
    kernelRoute('/metrics', 'What is measured', async () => OK),
  ]
  const own = createSample([], { kernel_routes })

  const answers = await Promise.all(kernel_routes.map(({ path }) => send(own, 'GET', path)))

  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(Object.keys(own.server.openapi.paths)).toEqual(['/v1/operations/consumers'])
  expect(() => createSample(kernel_routes)).toThrow('claims a path that belongs to the kernel')
})

const OK = { status: 200, body: {} }
