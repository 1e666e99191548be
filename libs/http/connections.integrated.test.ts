import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Limits } from './limits.ts'
import type { Route } from './route.ts'
import { openConnection } from './testing/connection.ts'
import { createSample, sampleRoute, sampleRoutes } from './testing/sample-server.ts'

/** A server that is listening, until the test ends. */
async function start(limits: Partial<Limits> = {}, routes: readonly Route[] = []) {
  const { server, lines } = createSample([...sampleRoutes, ...routes], { limits: { drain_seconds: 0.1, ...limits } })
  onTestFinished(() => server.close())
  return { lines, url: await server.listen() }
}

const listen = async (limits?: Partial<Limits>) => (await start(limits)).url

const problemIn = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed_request'],
  ['a header that is none', 'GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n', 400, 'malformed_request'],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
    400,
    'malformed_request',
  ],
  [
    'length and chunks',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    400,
    'malformed_request',
  ],
  [
    'a chunk that is none',
    'POST /v1/sprockets HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
    400,
    'malformed_request',
  ],
  [
    'headers beyond the limit',
    `GET / HTTP/1.1\r\nhost: a\r\na: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  [
    'many headers beyond the limit',
    `GET / HTTP/1.1\r\nhost: a\r\n${'a: b\r\n'.repeat(5000)}\r\n`,
    431,
    'headers_too_large',
  ],
  ['an address beyond the limit', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 414, 'uri_too_long'],
])('%s is answered with a problem, and the connection closed', async (_, request, status, code) => {
  const connection = await openConnection(await listen())

  const begun = performance.now()
  connection.write(request)
  const answer = await connection.closed

  expect(performance.now() - begun).toBeLessThan(800)
  expect(answer).toMatch(
    new RegExp(`^HTTP/1.1 ${status} .*content-type: application/problem\\+json.*connection: close`, 's'),
  )
  expect(problemIn(answer)).toMatchObject({ status, code, instance: expect.stringMatching(/^[0-9a-f-]{36}$/) })
})

test.each([
  ['the headers', 'GET / HTTP/1.1\r\nhost'],
  [
    'the body',
    'POST /v1/sprockets HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"te',
  ],
])('who is too slow to send %s is hung up on', async (_, beginning) => {
  const connection = await openConnection(await listen({ receive_seconds: 0.2 }))

  connection.write(beginning)

  expect(problemIn(await connection.closed)).toMatchObject({ status: 408, code: 'request_timeout' })
})

test('a body over the limit is answered while it is still being sent, and the connection goes on', async () => {
  const connection = await openConnection(await listen({ body_bytes: 1000 }))
  const length = 4_000_000

  connection.write(
    `POST /v1/sprockets HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`,
  )
  connection.write('x'.repeat(length))
  await connection.receive(/^HTTP\/1\.1 413 .*body_too_large/s)
  connection.write('GET /v1/sprockets/a HTTP/1.1\r\nhost: a\r\n\r\n')

  expect(await connection.receive(/HTTP\/1\.1 200 OK.*\{"id":"a"\}/s)).not.toMatch(/connection: close/i)
})

test('a body of chunks over the limit is refused', async () => {
  const connection = await openConnection(await listen({ body_bytes: 1000 }))

  connection.write(
    'POST /v1/sprockets HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  )
  for (let count = 0; count < 5; count++) connection.write(`190\r\n${'x'.repeat(400)}\r\n`)
  await connection.receive(/^HTTP\/1\.1 413 .*body_too_large/s)
  connection.write('0\r\n\r\nGET /v1/sprockets/a HTTP/1.1\r\nhost: a\r\n\r\n')

  expect(await connection.receive(/"id":"a"/)).toContain('HTTP/1.1 200')
})

test('a request without a host is refused, one with an odd expectation is not', async () => {
  const connection = await openConnection(await listen())

  connection.write(
    'GET /v1/sprockets/a HTTP/1.1\r\n\r\nGET /v1/sprockets/b HTTP/1.1\r\nhost: a\r\nexpect: a miracle\r\n\r\n',
  )

  expect(await connection.receive(/"id":"b"/)).toMatch(/^HTTP\/1\.1 400 .*"code":"malformed_request".*HTTP\/1\.1 200/s)
})

test('requests in a row on one connection are answered in order', async () => {
  const connection = await openConnection(await listen())
  const get = (id: string) => `GET /v1/sprockets/${id} HTTP/1.1\r\nhost: a\r\n\r\n`
  const body = '{"teeth":3}'

  connection.write(
    `${get('a')}POST /v1/sprockets HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}${get('b')}${get('UP')}${get('c')}`,
  )
  const answers = await connection.receive(/"id":"c"/)

  expect(answers.match(/HTTP\/1\.1 \d+|"id":"\w"|"teeth":3/g)).toEqual([
    'HTTP/1.1 200',
    '"id":"a"',
    'HTTP/1.1 201',
    '"teeth":3',
    'HTTP/1.1 200',
    '"id":"b"',
    'HTTP/1.1 400',
    'HTTP/1.1 200',
    '"id":"c"',
  ])
})

test('a target with a host is routed by its path', async () => {
  const connection = await openConnection(await listen())

  connection.write('GET http://example.test:80/v1/sprockets/a?x=1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')

  expect(await connection.closed).toContain('"field":"x","code":"unknown_parameter"')
})

test('a client that hangs up in the middle of its body harms nobody', async () => {
  const { url, lines } = await start()
  const connection = await openConnection(url)

  connection.write(
    'POST /v1/sprockets HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"te',
  )
  await setTimeout(50)
  connection.hangUp()
  await setTimeout(50)

  expect((await fetch(`${url}/v1/sprockets/a`)).status).toBe(200)
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
})

test('who goes on sending rubbish gets one answer', async () => {
  const { url, lines } = await start()
  const connection = await openConnection(url)

  for (let count = 0; count < 3; count++) {
    connection.write('hello\r\n\r\n')
    await setTimeout(10)
  }

  expect((await connection.closed).match(/HTTP\/1\.1 400/g)).toHaveLength(1)
  expect(lines).toHaveLength(1)
})

test('a handler that fails after its time leaves the connection to others', async () => {
  const late = Promise.withResolvers<never>()
  const { url, lines } = await start({ handler_seconds: 0.02 }, [
    sampleRoute('/v1/late', { handle: () => late.promise }),
  ])
  const connection = await openConnection(url)
  connection.write('GET /v1/late HTTP/1.1\r\nhost: a\r\n\r\n')
  await connection.receive(/HTTP\/1\.1 503/)

  late.reject(new Error('too late'))
  await setTimeout(20)
  connection.write('GET /v1/sprockets/a HTTP/1.1\r\nhost: a\r\n\r\n')

  expect(await connection.receive(/"id":"a"/)).toContain('HTTP/1.1 200')
  expect(lines.map(({ message }) => message)).toContain('failed after the answer')
})

test('a stream that breaks does not look like one that ended', async () => {
  const body = () =>
    Readable.from(
      (async function* () {
        yield 'first'
        await setTimeout(20)
        throw new Error('the disk is gone')
      })(),
    )
  const route = sampleRoute('/v1/broken', {
    handle: async () => ({ status: 200, content_type: 'text/plain', body: body() }),
  })
  const { url } = await start({}, [route])

  const answer = await fetch(`${url}/v1/broken`)

  expect(answer.status).toBe(200)
  await expect(answer.text()).rejects.toThrow()
})

test('who sends rubbish behind a request still gets the answer to the request', async () => {
  const slow = sampleRoute('/v1/slow', {
    handle: async () => {
      await setTimeout(50)
      return { status: 200, body: { done: true } }
    },
  })
  const { url } = await start({}, [slow])

  const connection = await openConnection(url)
  connection.write('GET /v1/slow HTTP/1.1\r\nhost: x\r\n\r\nrubbish\r\n\r\n')

  expect(await connection.closed).toMatch(/^HTTP\/1.1 200 [\s\S]*\{"done":true\}$/)
})

test('a method that nobody knows is refused like any other', async () => {
  const url = await listen()

  const connection = await openConnection(url)
  connection.write('QUERY /v1/sprockets HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')

  expect(await connection.closed).toMatch(/^HTTP\/1.1 4\d\d /)
})
