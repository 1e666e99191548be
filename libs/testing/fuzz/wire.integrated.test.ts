import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWire, readAnswers } from './wire.ts'

let server: Server
let url: string
let answer: (socket: Socket) => void = () => {}
let connections = 0
beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1
    socket.on('error', () => {}).on('data', () => answer(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => void server.close())

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{"a": 1}'
const letter = { bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), isHead: false, isLoose: false }

test.each([
  ['a length', OK, 1, ''],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\ncontent-type: a/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n',
    1,
    '',
  ],
  ['an interim answer before it', `HTTP/1.1 100 Continue\r\n\r\n${OK}`, 1, ''],
  ['another behind it', `${OK}${OK}`, 2, ''],
  ['something behind it', `${OK}rest`, 1, 'rest'],
  ['half of it', OK.slice(0, -1), 0, OK.slice(0, -1)],
  ['no HTTP', 'SSH-2.0\r\n\r\n', 0, 'SSH-2.0\r\n\r\n'],
])('an answer with %s is read', (_, text, count, rest) => {
  const read = readAnswers(Buffer.from(text), false, false)

  expect(read.answers.map(({ status, body }) => ({ status, body }))).toEqual(
    Array.from({ length: count }, () => ({ status: 200, body: { a: 1 } })),
  )
  expect(read.rest.toString()).toBe(rest)
})

test('an answer without a length goes on until the connection is closed', () => {
  const bytes = Buffer.from('HTTP/1.1 200 OK\r\n\r\nall of it')

  expect(readAnswers(bytes, false, false).answers).toEqual([])
  expect(readAnswers(bytes, false, true).answers).toMatchObject([{ body: 'all of it' }])
})

test('an answer that tells events is read as far as it has come', () => {
  const bytes = Buffer.from(
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n7\r\nid: 0',
  )

  expect(readAnswers(bytes, false, false)).toMatchObject({ answers: [{ body: '7\r\nid: 0' }], rest: Buffer.alloc(0) })
  expect(readAnswers(bytes.subarray(0, -8), false, false)).toMatchObject({ answers: [{ body: '' }] })
  expect(readAnswers(bytes.subarray(0, -8), true, false)).toMatchObject({ answers: [{ body: undefined }] })
})

test('answers to HEAD, 204 and 304 have no body', () => {
  expect(readAnswers(Buffer.from(OK), true, false)).toMatchObject({ answers: [{ body: undefined }] })
  expect(
    readAnswers(Buffer.from('HTTP/1.1 304 Not Modified\r\ncontent-length: 8\r\n\r\n'), false, false),
  ).toMatchObject({
    answers: [{ status: 304, body: undefined }],
  })
})

test('sound letters share a connection, and a loose one has its own', async () => {
  answer = (socket) => socket.write(OK)
  const wire = createWire(url, 1_000)
  const before = connections

  for (const isLoose of [false, false, true, false]) {
    expect(await wire.exchange({ ...letter, isLoose })).toMatchObject({ answers: [{ status: 200 }], isHung: false })
  }

  expect(connections - before).toBe(2)
  wire.close()
})

test('bytes that nobody asked for show', async () => {
  answer = (socket) => socket.write(`${OK}more`)
  const wire = createWire(url, 1_000)

  expect(await wire.exchange(letter)).toMatchObject({ answers: [{ status: 200 }], rest: 'more' })
})

test.each([true, false])('silence is told, and a closed connection is none (loose: %s)', async (isLoose) => {
  const wire = createWire(url, 100)

  answer = () => {}
  expect(await wire.exchange({ ...letter, isLoose })).toMatchObject({ answers: [], isHung: true })
  answer = (socket) => socket.destroy()
  expect(await wire.exchange({ ...letter, isLoose })).toMatchObject({ answers: [], isHung: false })
})
