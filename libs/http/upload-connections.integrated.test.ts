import { readdir, rename } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { conflict, type Spool } from '@mainspring/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Limits } from './limits.ts'
import type { Reply, Request } from './route.ts'
import { openConnection } from './testing/connection.ts'
import { createSample, sampleRoute, sampleRoutes } from './testing/sample-server.ts'
import { createSpoolFolder, listSpooled, textOf } from './testing/spools.ts'

const head = 'POST /v1/sprockets:import HTTP/1.1\r\nhost: a\r\ncontent-type: text/csv\r\n'
const sized = (length: number) => `${head}content-length: ${length}\r\n\r\n`
const chunked = `${head}transfer-encoding: chunked\r\n\r\n`
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const get = (id: string) => `GET /v1/sprockets/${id} HTTP/1.1\r\nhost: a\r\n\r\n`

const codes = [{ import_failed: { kind: 'conflict', title: 'It does not go in.' } }] as const

/** A server that takes uploads and is listening, until the test ends. It answers with what was uploaded. */
async function start(limits: Partial<Limits> = {}, handle: (request: Request) => Promise<Reply> = echo) {
  const spool_folder = await createSpoolFolder()
  const route = sampleRoute('/v1/sprockets:import', {
    method: 'POST',
    upload: { media_types: ['text/csv'] },
    errors: ['import_failed'],
    handle,
  })
  const options = { spool_folder, codes, limits: { drain_seconds: 0.1, ...limits } }
  const { server, lines } = createSample([...sampleRoutes, route], options)
  onTestFinished(() => server.close())
  return { lines, url: await server.listen(), spooled: () => listSpooled(spool_folder), folder: spool_folder }
}

const echo = async ({ upload }: Request): Promise<Reply> => ({
  status: 200,
  content_type: 'text/plain',
  body: await textOf(upload),
})

test.each([
  ['told in advance', sized(2000)],
  ['found on the way', `${chunked}${chunk('x'.repeat(600))}${chunk('x'.repeat(600))}`],
])(
  'an upload over the limit is answered while it is sent, its length %s, and the connection goes on',
  async (_, sent) => {
    const { url, spooled } = await start({ upload_bytes: 1000 })
    const connection = await openConnection(url)

    connection.write(sent)
    await connection.receive(/^HTTP\/1\.1 413 .*body_too_large/s)
    connection.write(sent.includes('chunked') ? '0\r\n\r\n' : 'x'.repeat(2000))
    connection.write(get('next'))

    expect(await connection.receive(/"id":"next"/)).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200/s)
    expect(await spooled()).toEqual([])
  },
)

test.each([100_000, 600_000, 2_000_000])(
  'of what was refused %i more bytes go by, and the connection goes on',
  async (rest) => {
    const { url } = await start({ upload_bytes: 1000, receive_seconds: 2 })
    const connection = await openConnection(url)

    connection.write(`${chunked}${chunk('x'.repeat(rest))}0\r\n\r\n`)
    await connection.receive(/body_too_large/)
    connection.write(get('next'))

    expect(await connection.receive(/"id":"next"/)).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200/s)
  },
)

test('requests behind an upload are answered in order', async () => {
  const { url } = await start()
  const connection = await openConnection(url)

  connection.write(`${get('a')}${sized(5)}first${chunked}${chunk('sec')}${chunk('ond')}0\r\n\r\n${get('b')}`)
  const answers = await connection.receive(/"id":"b"/)

  expect(answers.match(/"id":"\w"|first|second/g)).toEqual(['"id":"a"', 'first', 'second', '"id":"b"'])
})

test('what is uploaded has no name while it is worked on, so that it cannot outlive the process', async () => {
  const seen: (readonly string[])[] = []
  const { url, folder, spooled } = await start({}, async (request) => {
    seen.push(await readdir(folder), await spooled())
    return echo(request)
  })

  await fetch(`${url}/v1/sprockets:import`, { method: 'POST', body: 'x', headers: { 'content-type': 'text/csv' } })

  expect(seen[0]).toEqual([])
  if (process.platform === 'linux') expect(seen[1]).toHaveLength(1)
  expect(await spooled()).toEqual([])
})

test.each([
  ['refused', () => Promise.reject(conflict('import_failed'))],
  ['a defect', () => Promise.reject(new Error('a defect'))],
  ['read in part', async ({ upload }: Request) => ({ status: 200, body: { read: await firstOf(upload) } })],
])('nothing stays of an upload that is %s', async (_, handle) => {
  const { url, spooled } = await start({}, handle)

  await fetch(`${url}/v1/sprockets:import`, {
    method: 'POST',
    body: 'x'.repeat(300_000),
    headers: { 'content-type': 'text/csv' },
  })

  await vi.waitFor(async () => expect(await spooled()).toEqual([]))
})

async function firstOf(upload: Spool | undefined): Promise<number> {
  for await (const piece of upload?.open() ?? []) return piece.length
  return 0
}

test('an upload cannot be read when its request is over', async () => {
  const kept: Spool[] = []
  const { url } = await start({}, async (request) => {
    if (request.upload) kept.push(request.upload)
    return { status: 204 }
  })

  await fetch(`${url}/v1/sprockets:import`, { method: 'POST', body: 'x', headers: { 'content-type': 'text/csv' } })
  await setTimeout(20)

  await expect(textOf(kept[0])).rejects.toThrow('This upload is gone')
})

test('an upload that is cut off reaches nobody, and nothing stays of it', async () => {
  const handle = vi.fn(echo)
  const { url, spooled, lines } = await start({}, handle)
  const connection = await openConnection(url)

  connection.write(`${sized(1000)}half`)
  if (process.platform === 'linux') await vi.waitFor(async () => expect(await spooled()).toHaveLength(1))
  connection.hangUp()

  await vi.waitFor(async () => expect(await spooled()).toEqual([]))
  expect(handle).not.toHaveBeenCalled()
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
})

test('who uploads and leaves has the work done, and nothing stays of it', async () => {
  const seen = Promise.withResolvers<string>()
  const begun = Promise.withResolvers<void>()
  const { url, spooled } = await start({}, async ({ upload }) => {
    begun.resolve()
    await setTimeout(50)
    seen.resolve(await textOf(upload))
    return { status: 204 }
  })
  const connection = await openConnection(url)

  connection.write(`${sized(5)}whole`)
  await begun.promise
  connection.hangUp()

  expect(await seen.promise).toBe('whole')
  await vi.waitFor(async () => expect(await spooled()).toEqual([]))
})

test('an upload may take its time as long as it goes on, and the time of the work begins after it', async () => {
  const { url } = await start({ receive_seconds: 0.2, handler_seconds: 0.2 })
  const connection = await openConnection(url)

  connection.write(sized(10))
  for (let count = 0; count < 10; count++) {
    await setTimeout(80)
    connection.write('x')
  }

  expect(await connection.receive(/x{10}$/)).toMatch(/^HTTP\/1\.1 200/)
})

test('an upload of which nothing more comes is hung up on', async () => {
  const { url, spooled, lines } = await start({ receive_seconds: 0.2 })
  const connection = await openConnection(url)

  connection.write(`${sized(10)}half`)
  const answer = await connection.closed

  expect(answer).toMatch(/^HTTP\/1\.1 408 .*connection: close.*"code":"request_timeout"/s)
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  expect(await spooled()).toEqual([])
  expect(lines).toMatchObject([{ message: 'request', status: 408 }])
})

test('the headers of an upload, and what follows it, have no more time than those of others', async () => {
  const { url } = await start({ receive_seconds: 0.2 })
  const headed = await openConnection(url)
  const followed = await openConnection(url)

  headed.write(head)
  followed.write(`${sized(5)}whole`)
  await followed.receive(/whole/)
  followed.write(
    'POST /v1/sprockets HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  )

  expect(await headed.closed).toMatch(/^HTTP\/1\.1 408/)
  expect(await followed.closed).toMatch(/whole.*HTTP\/1\.1 408/s)
})

test('who goes on sending what was refused is hung up on in the end', async () => {
  const { url } = await start({ receive_seconds: 0.2, upload_bytes: 1000 })
  const connection = await openConnection(url)
  const sending = new AbortController()
  onTestFinished(() => sending.abort())

  connection.write(chunked)
  // By now Node has timed the request, in vain: it may go on.
  for (let count = 0; count < 6; count++) {
    await setTimeout(80)
    connection.write(chunk('x'.repeat(100)))
  }
  connection.write(chunk('x'.repeat(1000)))
  const drip = async () => {
    while (!sending.signal.aborted) {
      await setTimeout(50)
      connection.write(chunk('x'))
    }
  }
  void drip()

  expect(await connection.closed).toMatch(/^HTTP\/1\.1 413 /)
})

test('an upload is there for as long as the work takes, also after its caller was told to wait no longer', async () => {
  const seen = Promise.withResolvers<string>()
  const { url, spooled } = await start({ handler_seconds: 0.05 }, async ({ upload }) => {
    await setTimeout(150)
    seen.resolve(await textOf(upload))
    return { status: 204 }
  })

  const { status } = await fetch(`${url}/v1/sprockets:import`, {
    method: 'POST',
    body: 'slow',
    headers: { 'content-type': 'text/csv' },
  })

  expect(status).toBe(503)
  expect(await seen.promise).toBe('slow')
  await vi.waitFor(async () => expect(await spooled()).toEqual([]))
})

test('an upload that comes too late for a closing server is cut', async () => {
  const folder = await createSpoolFolder()
  const route = sampleRoute('/v1/sprockets:import', { method: 'POST', upload: { media_types: ['text/csv'] } })
  const { server } = createSample([route], { spool_folder: folder, limits: { drain_seconds: 0.1 } })
  const connection = await openConnection(await server.listen())
  connection.write(`${sized(10)}half`)
  await setTimeout(50)

  await server.close()

  expect(await connection.closed).toBe('')
  await vi.waitFor(async () => expect(await listSpooled(folder)).toEqual([]))
})

test('a file that cannot be written is a defect of ours', async () => {
  const { url, folder, lines } = await start()
  await rename(folder, `${folder}-away`)
  onTestFinished(() => rename(`${folder}-away`, folder))

  const { status } = await fetch(`${url}/v1/sprockets:import`, {
    method: 'POST',
    body: 'x',
    headers: { 'content-type': 'text/csv' },
  })

  expect(status).toBe(500)
  expect(lines.find(({ level }) => level === 'error')).toMatchObject({ message: 'request failed' })
})
