import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ServerSentEvent } from './event-stream.ts'
import type { Limits } from './limits.ts'
import type { Request } from './route.ts'
import { openConnection } from './testing/connection.ts'
import { createSample, sampleRoute } from './testing/sample-server.ts'

const get = 'GET /v1/events:stream HTTP/1.1\r\nhost: a\r\n\r\n'
const eventOf = (position: number, text = 'so'): ServerSentEvent => ({
  id: String(position),
  event: 'counted',
  data: { count: position, text },
})

/** A server with a stream that counts from 1 and then waits; how it is read is noted. */
async function start(count: number, { text = 'so', limits = {} }: { text?: string; limits?: Partial<Limits> } = {}) {
  const state = { pulled: 0, open: 0 }
  async function* countUp({ signal }: Request): AsyncGenerator<ServerSentEvent, void> {
    state.open += 1
    try {
      while (state.pulled < count && !signal?.aborted) {
        state.pulled += 1
        yield eventOf(state.pulled, text)
      }
      if (signal && !signal.aborted) await once(signal, 'abort')
    } finally {
      state.open -= 1
    }
  }
  const route = sampleRoute('/v1/events:stream', {
    isEventStream: true,
    replies: [{ status: 200, description: 'Events.', content_type: 'text/event-stream' }],
    async handle(request) {
      const events = countUp(request)
      return {
        status: 200,
        events: {
          get id() {
            return String(state.pulled)
          },
          [Symbol.asyncIterator]: () => events,
        },
      }
    },
  })
  const { server, lines } = createSample([route], { limits: { drain_seconds: 2, ...limits } })
  onTestFinished(() => server.close())
  return { server, state, lines, url: await server.listen() }
}

test('events are told with their places and types, behind the place where the stream begins', async () => {
  const { url } = await start(2)
  const connection = await openConnection(url)

  connection.write(get)
  const received = await connection.receive(/"count":2/)

  expect(received).toMatch(/^HTTP\/1\.1 200 .*content-type: text\/event-stream\r\n/s)
  const body = received.slice(received.indexOf('\r\n\r\n')).replaceAll(/\r\n[0-9a-f]+\r\n|\r\n/g, '')
  expect(body.replace(/retry: [12]\d{3}|retry: 3000/, 'retry: 1500')).toBe(
    [
      'retry: 1500\nid: 0\n\n',
      'id: 1\nevent: counted\ndata: {"count":1,"text":"so"}\n\n',
      'id: 2\nevent: counted\ndata: {"count":2,"text":"so"}\n\n',
    ].join(''),
  )
})

test('in silence the client is told that it is still there, and how far it is', async () => {
  const { url } = await start(1, { limits: { heartbeat_seconds: 0.02 } })
  const connection = await openConnection(url)

  connection.write(get)

  expect(await connection.receive(/:\nid: 1\n\n(.|\s)*:\nid: 1\n\n/)).toContain('"count":1')
})

test('a stream is over when its client goes', async () => {
  const { url, state } = await start(1)
  const connection = await openConnection(url)
  connection.write(get)
  await connection.receive(/"count":1/)
  const before = state.open

  connection.hangUp()

  await vi.waitFor(() => expect(state.open).toBe(0), { timeout: 5_000 })
  expect(before).toBe(1)
})

test('streams end at once when the server closes, whole, and new ones have no more to say', async () => {
  const { url, server, state } = await start(1, { limits: { linger_seconds: 0.3, drain_seconds: 60 } })
  const connections = await Promise.all(Array.from({ length: 50 }, () => openConnection(url)))
  for (const connection of connections) connection.write(get)
  await vi.waitFor(() => expect(state.open).toBe(50), { timeout: 5_000 })

  const begun = performance.now()
  const closing = server.close()
  const late = await fetch(`${url}/v1/events:stream`)
  const told = await late.text()
  await closing

  expect(performance.now() - begun).toBeLessThan(10_000)
  expect(late.status).toBe(200)
  expect(told).toMatch(/^retry: \d+\nid: 1\n\n$/)
  for (const { closed } of connections) expect(await closed).toMatch(/0\r\n\r\n$/)
})

test('HEAD is answered like GET, without events', async () => {
  const { url, state } = await start(1)

  const { status, headers } = await fetch(`${url}/v1/events:stream`, { method: 'HEAD' })

  expect([status, headers.get('content-type'), headers.get('x-accel-buffering')]).toEqual([
    200,
    'text/event-stream',
    'no',
  ])
  expect(state).toEqual({ pulled: 0, open: 0 })
})

test('a client that reads no more is sent no more, and is cut when its time is over', async () => {
  const { url, state, lines } = await start(1_000_000, { text: 'x'.repeat(1_000), limits: { stall_seconds: 0.5 } })
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1').on('error', () => {})
  onTestFinished(() => void socket.destroy())

  socket.pause().write(get)

  await vi.waitFor(() => expect(state.open).toBe(1), { timeout: 5_000 })
  await vi.waitFor(() => expect(state.open).toBe(0), { timeout: 10_000 })
  const { pulled } = state
  await sleep(50)
  expect(state.pulled).toBe(pulled)
  expect(pulled).toBeLessThan(50_000)
  expect(lines.map(({ message }) => message)).toContain('a client that read no more of a stream was cut')
})
