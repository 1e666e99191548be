import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openConnection } from './testing/connection.ts'
import { createSample, sampleRoute } from './testing/sample-server.ts'
import { send } from './testing/send.ts'
import { createSpoolFolder, listSpooled, textOf } from './testing/spools.ts'

const MOST = 100_000
const boundary = 'a-boundary'
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }

/** A server whose one route takes a picture, as it is or in a form, and what it got. */
async function createTaker() {
  const taken: string[] = []
  const folder = await createSpoolFolder()
  const route = sampleRoute('/v1/sprockets:upload', {
    method: 'POST',
    upload: { media_types: ['image/png'], form_field: 'image', most_bytes: MOST },
    async handle({ upload }) {
      taken.push(await textOf(upload))
      return { status: 200, body: { bytes: upload?.bytes } }
    },
  })
  const sample = createSample([route], { spool_folder: folder })
  return { sample, taken, folder, post: (form: string) => send(sample, 'POST', '/v1/sprockets:upload', form, headers) }
}

const part = (name: string, content: string, more = '; filename="x.png"\r\nContent-Type: image/png') =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`
const end = `--${boundary}--\r\n`

test.each([
  ['short', 'picture'],
  ['long', 'x'.repeat(MOST)],
  ['with what looks like an end of it', `\r\n--${boundary.slice(0, -1)}\r\n--\r\n`],
])('the file of a form is there whole: one that is %s', async (_, content) => {
  const { post, taken } = await createTaker()

  const { status, body } = await post(part('image', content) + end)

  expect([status, body]).toEqual([200, { bytes: content.length }])
  expect(taken).toEqual([content])
})

test('the same file comes without a form', async () => {
  const { sample, taken } = await createTaker()

  const { status } = await send(sample, 'POST', '/v1/sprockets:upload', 'picture', { 'content-type': 'image/png' })

  expect([status, taken]).toEqual([200, ['picture']])
})

test.each([
  ['without a part', end, 400, 'image', 'required'],
  ['with another field', part('picture', 'x') + end, 400, 'picture', 'unknown_field'],
  ['with a text beside the file', part('image', 'x') + part('title', 'y', '') + end, 400, 'title', 'unknown_field'],
  ['with two files', part('image', 'x') + part('image', 'y') + end, 400, 'image', 'repeated'],
])('a form %s is refused, and why is told', async (_, form, status, field, code) => {
  const { post, taken } = await createTaker()

  const { body } = await post(form)

  expect(body).toMatchObject({ status, code: 'invalid_request', errors: [{ field, code }] })
  expect(taken).toEqual([])
})

test.each([
  ['without a boundary', 'multipart/form-data', part('image', 'x') + end],
  ['with too long a boundary', `multipart/form-data; boundary=${'x'.repeat(300)}`, end],
  ['that ends within the file', headers['content-type'], part('image', 'x').slice(0, -4)],
  ['that ends within the headers', headers['content-type'], part('image', 'x').slice(0, 30)],
  ['that is none', headers['content-type'], 'x'.repeat(500)],
])('a form %s is refused', async (_, type, form) => {
  const { sample, taken } = await createTaker()

  const { body } = await send(sample, 'POST', '/v1/sprockets:upload', form, { 'content-type': type })

  expect(body).toMatchObject({ status: 400, code: 'malformed_form', detail: expect.stringMatching(/[^.]\.$/) })
  expect(taken).toEqual([])
})

test.each([
  ['in it', part('image', 'x'.repeat(MOST + 1)) + end],
  ['before it', part('image', 'x').replace('Content-Type', `X-Long: ${'x'.repeat(2 * MOST)}\r\nContent-Type`) + end],
])('a form has as much as a file may, and little more: %s', async (_, form) => {
  const { post, taken } = await createTaker()

  const { body } = await post(form)

  expect(body).toMatchObject({ status: 413, code: 'body_too_large', most_bytes: MOST })
  expect(taken).toEqual([])
})

test('an empty file in a form is no file', async () => {
  const { post, taken } = await createTaker()

  const { body } = await post(part('image', '') + end)

  expect(body).toMatchObject({ status: 400, code: 'body_required' })
  expect(taken).toEqual([])
})

test('a form whose connection is cut leaves nothing', async () => {
  const { sample, taken, folder } = await createTaker()
  const url = await sample.server.listen()
  onTestFinished(() => sample.server.close())
  const connection = await openConnection(url)
  const head = `POST /v1/sprockets:upload HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers['content-type']}\r\n`
  connection.write(`${head}Content-Length: 90000\r\n\r\n${part('image', 'x'.repeat(40_000)).slice(0, -2)}`)
  await expect.poll(() => listSpooled(folder)).toHaveLength(1)

  connection.hangUp()

  await expect.poll(() => listSpooled(folder)).toEqual([])
  await setTimeout(20)
  expect(taken).toEqual([])
})

test('a form is in the document', async () => {
  const { sample } = await createTaker()

  const operation = sample.server.openapi.paths['/v1/sprockets:upload']?.post

  expect(operation?.requestBody).toEqual({
    required: true,
    content: {
      'image/png': {},
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: { image: { type: 'string', contentMediaType: 'image/png' } },
          required: ['image'],
          additionalProperties: false,
        },
      },
    },
  })
})
