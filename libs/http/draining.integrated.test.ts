import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Limits } from './limits.ts'
import { openConnection } from './testing/connection.ts'
import { createSample, sampleRoute, sampleRoutes } from './testing/sample-server.ts'

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`

/** A server with a route that answers when the test lets it. */
async function startSlow(limits: Partial<Limits> = {}) {
  const begun = Promise.withResolvers<void>()
  const { promise, resolve: finish } = Promise.withResolvers<void>()
  const slow = sampleRoute('/v1/slow', {
    async handle() {
      begun.resolve()
      await promise
      return { status: 200, body: { slow: true } }
    },
  })
  const stream = sampleRoute('/v1/stream', {
    async handle() {
      async function* parts() {
        yield 'first'
        await promise
        yield 'last'
      }
      return { status: 200, content_type: 'text/plain', body: Readable.from(parts()) }
    },
  })
  const { server } = createSample([...sampleRoutes, slow, stream], { limits })
  return { server, url: await server.listen(), begun: begun.promise, finish }
}

test('what is under way is answered before the server is closed, and the connection with it', async () => {
  const { server, url, begun, finish } = await startSlow()
  const connection = await openConnection(url)
  connection.write(get('/v1/slow'))
  await begun

  const closing = server.close()
  const state = await Promise.race([closing.then(() => 'closed'), setTimeout(100, 'draining')])
  finish()
  await closing

  expect(state).toBe('draining')
  expect(await connection.closed).toMatch(/^HTTP\/1\.1 200 OK.*connection: close.*\{"slow":true\}$/s)
})

test('no new connection is taken', async () => {
  const { server, url } = await startSlow()

  await server.close()

  await expect(fetch(url)).rejects.toThrow()
})

test('idle connections are closed, used or never used', async () => {
  const { server, url } = await startSlow()
  const used = await openConnection(url)
  used.write(get('/v1/sprockets/a'))
  await used.receive(/"id":"a"/)
  const unused = await openConnection(url)

  await server.close()

  expect(await used.closed).toContain('HTTP/1.1 200')
  expect(await unused.closed).toBe('')
})

test('who comes late on a connection that is kept is answered, and asked to go', async () => {
  const { server, url } = await startSlow({ linger_seconds: 0.3 })
  const connection = await openConnection(url)
  connection.write(get('/v1/sprockets/a'))
  await connection.receive(/"id":"a"/)

  const closing = server.close()
  connection.write(get('/v1/sprockets/late'))

  expect(await connection.closed).toMatch(/"id":"a".*HTTP\/1\.1 200 OK.*connection: close.*"id":"late"/s)
  await closing
})

test('an error for who comes late asks to go as well', async () => {
  const { server, url } = await startSlow({ linger_seconds: 0.3 })
  const connection = await openConnection(url)

  const closing = server.close()
  connection.write(get('/nowhere'))

  expect(await connection.closed).toMatch(/^HTTP\/1\.1 404 .*connection: close/s)
  await closing
})

test('a request of which half had come is answered', async () => {
  const { server, url } = await startSlow()
  const connection = await openConnection(url)
  connection.write('GET /v1/sprockets/half HTTP/1.1\r\nhost')
  await setTimeout(50)

  const closing = server.close()
  await setTimeout(100)
  connection.write(': a\r\n\r\n')

  expect(await connection.closed).toMatch(/^HTTP\/1\.1 200 OK.*connection: close.*"id":"half"/is)
  await closing
})

test('a connection is closed as soon as a stream on it has ended', async () => {
  const { server, url, finish } = await startSlow()
  const connection = await openConnection(url)
  connection.write(get('/v1/stream'))
  await connection.receive(/first/)

  const start = performance.now()
  const closing = server.close()
  finish()
  await closing

  expect(performance.now() - start).toBeLessThan(1000)
  expect(await connection.closed).toContain('last')
})

test('a request that was sent before the server closes is answered', async () => {
  const { server, url } = await startSlow()
  const connections = await Promise.all(Array.from({ length: 20 }, () => openConnection(url)))
  for (const connection of connections) {
    connection.write(get('/v1/sprockets/a'))
    await connection.receive(/"id":"a"/)
  }

  for (const connection of connections) connection.write(get('/v1/sprockets/late'))
  await server.close()

  for (const connection of connections) expect(await connection.closed).toContain('"id":"late"')
})

test('/readyz says so while the server is about to close', async () => {
  const { server, url } = await startSlow({ linger_seconds: 0.3 })

  const closing = server.close()
  const answer = await fetch(`${url}/readyz`)

  expect([answer.status, await answer.json()]).toMatchObject([
    503,
    { code: 'not_ready', detail: 'The service is about to stop.' },
  ])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  await closing
})

test('what is not done by the deadline is cut', async () => {
  const { server, url, begun } = await startSlow({ drain_seconds: 0.1 })
  const connection = await openConnection(url)
  connection.write(get('/v1/slow'))
  await begun

  const start = performance.now()
  await server.close()

  expect(performance.now() - start).toBeLessThan(1000)
  expect(await connection.closed).toBe('')
})

test('closing twice is closing once', async () => {
  const { server } = await startSlow()

  expect(server.close()).toBe(server.close())
  await server.close()
})
