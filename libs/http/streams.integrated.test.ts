import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { conflict } from '@mainspring/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Limits } from './limits.ts'
import type { Reply, Route } from './route.ts'
import { openConnection } from './testing/connection.ts'
import { createSample, sampleRoute } from './testing/sample-server.ts'

const codes = [{ sold_out: { kind: 'conflict', title: 'There are none left.' } }] as const
const get = 'GET /v1/rows HTTP/1.1\r\nhost: a\r\n\r\n'

/** A server whose one route sends rows, and is listening until the test ends. */
async function start(
  rows: () => AsyncIterable<string | Uint8Array>,
  given: Partial<Route> = {},
  limits: Partial<Limits> = {},
) {
  const route = sampleRoute('/v1/rows', {
    replies: [{ status: 200, description: 'Rows.', content_type: 'text/csv; charset=utf-8; header=absent' }],
    errors: ['sold_out'],
    handle: async () => ({
      status: 200,
      headers: { etag: '"7"' },
      content_type: 'text/csv; charset=utf-8; header=absent',
      file_name: 'rows.csv',
      body: rows(),
    }),
    ...given,
  })
  const { server, lines } = createSample([route], { codes, limits: { drain_seconds: 0.1, ...limits } })
  onTestFinished(() => server.close())
  return { server, lines, url: await server.listen() }
}

/** Rows for ever, and how far they are. */
function createRows(wait?: () => Promise<void>) {
  const state = { pulled: 0, isOver: false }
  async function* rows() {
    try {
      for (;;) {
        state.pulled++
        yield 'a row of some length\n'
        await wait?.()
      }
    } finally {
      state.isOver = true
    }
  }
  return { state, rows }
}

test('rows are sent with their type and their name', async () => {
  const { url } = await start(async function* () {
    yield 'a\n'
    yield Buffer.from('b\n')
  })

  const answer = await fetch(`${url}/v1/rows`, { headers: { accept: 'text/csv' } })

  expect([answer.status, await answer.text()]).toEqual([200, 'a\nb\n'])
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=absent')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="rows.csv"')
})

test('a reader who does not read is not read for', async () => {
  const { state, rows } = createRows()
  const { url } = await start(rows)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())

  socket.pause().write(get)
  await vi.waitFor(() => expect(state.pulled).toBeGreaterThan(0))
  let before = -1
  // At first the buffers of both ends are filled, which takes some megabytes.
  for (let round = 0; round < 10 && before !== state.pulled; round++) {
    before = state.pulled
    await setTimeout(300)
  }
  const stopped = before === state.pulled
  socket.resume()

  expect(stopped).toBe(true)
  await vi.waitFor(() => expect(state.pulled).toBeGreaterThan(before))
  expect(before * 'a row of some length\n'.length).toBeLessThan(30_000_000)
})

test('a reader who leaves ends the rows', async () => {
  const { state, rows } = createRows(() => setTimeout(5))
  const { url, lines } = await start(rows)
  const connection = await openConnection(url)

  connection.write(get)
  await connection.receive(/a row/)
  connection.hangUp()

  await vi.waitFor(() => expect(state.isOver).toBe(true))
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
})

test('rows that fail in the middle do not look whole, and the log knows why', async () => {
  const { url, lines } = await start(async function* () {
    yield 'first\n'
    await setTimeout(20)
    throw new Error('the disk is gone')
  })

  const answer = await fetch(`${url}/v1/rows`)

  expect(answer.status).toBe(200)
  await expect(answer.text()).rejects.toThrow()
  expect(lines.find(({ level }) => level === 'error')).toMatchObject({
    message: 'failed within the answer',
    err: { message: 'the disk is gone' },
  })
})

test('rows that fail before the first are an error like any other', async () => {
  const { url } = await start(async function* () {
    await setTimeout(5)
    if (Date.now() > 0) throw conflict('sold_out')
    yield 'never'
  })

  const answer = await fetch(`${url}/v1/rows`)

  expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'sold_out' }])
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect([answer.headers.get('etag'), answer.headers.get('content-disposition')]).toEqual([null, null])
})

test.each([
  ['only for the head', 'HEAD', {}, 200],
  ['by who has them', 'GET', { 'if-none-match': '"7"' }, 304],
  ['as what they are not', 'GET', { accept: 'image/png' }, 406],
])('rows that are asked for %s are not begun', async (_, method, headers, status) => {
  const { state, rows } = createRows()
  const { url } = await start(rows)

  const answer = await fetch(`${url}/v1/rows`, { method, headers })

  expect([answer.status, state]).toEqual([status, { pulled: 0, isOver: false }])
  if (method === 'HEAD') expect(answer.headers.get('content-type')).toMatch(/^text\/csv/)
})

test('rows that come too late are not begun', async () => {
  const { state, rows } = createRows()
  const late = Promise.withResolvers<Reply>()
  const { url } = await start(rows, { handle: () => late.promise }, { handler_seconds: 0.02 })

  const { status } = await fetch(`${url}/v1/rows`)
  late.resolve({ status: 200, content_type: 'text/csv', body: rows() })
  await setTimeout(20)

  expect([status, state.pulled]).toEqual([503, 0])
})

test('rows may go on for longer than a handler', async () => {
  async function* rows() {
    for (const row of ['a', 'b', 'c']) {
      yield row
      await setTimeout(40)
    }
  }
  const { url } = await start(rows, {}, { handler_seconds: 0.05 })

  expect(await (await fetch(`${url}/v1/rows`)).text()).toBe('abc')
})

test('a closing server lets rows come to their end, and its connection with them', async () => {
  const { promise, resolve: finish } = Promise.withResolvers<void>()
  const { server, url } = await start(
    async function* () {
      yield 'first'
      await promise
      yield 'last'
    },
    {},
    { drain_seconds: 5 },
  )
  const connection = await openConnection(url)
  connection.write(get)
  await connection.receive(/first/)

  const begun = performance.now()
  const closing = server.close()
  finish()
  await closing

  expect(performance.now() - begun).toBeLessThan(1000)
  expect(await connection.closed).toContain('last')
})

test('rows without end are cut when a closing server waits no longer', async () => {
  const { state, rows } = createRows(() => setTimeout(5))
  const { server, url } = await start(rows)
  const connection = await openConnection(url)
  connection.write(get)
  await connection.receive(/a row/)

  await server.close()

  await vi.waitFor(() => expect(state.isOver).toBe(true))
})
