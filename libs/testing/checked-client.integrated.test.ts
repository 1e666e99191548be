import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createCheckedClient, createCheckedFetch } from './checked-client.ts'

const things = { get: { responses: { 200: { content: { 'application/json': { schema: { required: ['id'] } } } } } } }
const stream = { get: { responses: { 200: { content: { 'text/event-stream': { schema: { type: 'string' } } } } } } }
const document = { paths: { '/v1/things': things, '/v1/things:stream': stream } }

test('an answer that is not as the document has it is an error, with either client', async () => {
  const url = await start({ '/v1/things': ['application/json', '{}'] })

  await expect(createCheckedClient(url).get('/v1/things')).rejects.toThrow('must have required property')
  await expect(createCheckedFetch(url)(`${url}/v1/things?x=1`)).rejects.toThrow('must have required property')
})

test('an answer as the document has it can be read, and a stream as it comes', async () => {
  const url = await start({
    '/v1/things': ['application/json', '{"id":"1"}'],
    '/v1/things:stream': ['text/event-stream', undefined],
  })
  const fetch = createCheckedFetch(url)

  expect(await (await fetch(`${url}/v1/things`)).json()).toEqual({ id: '1' })
  const { body } = await fetch(`${url}/v1/things:stream`)
  expect((await body?.getReader().read())?.done).toBe(false)
  await expect(fetch(`${url}/v1/other:stream`)).rejects.toThrow('nothing is documented there')
})

/** Serves the document and what is given, by path; a text that is undefined begins and does not end. */
async function start(answers: Readonly<Record<string, readonly [type: string, text: string | undefined]>>) {
  const server = createServer(({ url = '' }, response) => {
    const fallback = ['application/json', JSON.stringify(url === '/openapi.json' ? document : {})] as const
    const [type, text] = answers[url.replace(/\?.*/, '')] ?? fallback
    response.writeHead(200, { 'content-type': type })
    if (text === undefined) response.write(': begun\n')
    else response.end(text)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
