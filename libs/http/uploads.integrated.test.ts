import { createHash } from 'node:crypto'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boolean } from '@mainspring/core'
import { expect, test } from 'vitest'
import type { Route } from './route.ts'
import { createSample, sampleRoute } from './testing/sample-server.ts'
import { send } from './testing/send.ts'
import { textOf } from './testing/spools.ts'

const csv = { 'content-type': 'text/csv' }

/** A server whose one route takes uploads, and the texts of those that it worked on. */
function createTaker(given: Partial<Route> = {}, limits = {}, spool_folder = tmpdir()) {
  const taken: string[] = []
  const route = sampleRoute('/v1/sprockets:import', {
    method: 'POST',
    upload: { media_types: ['text/csv'] },
    query: { dry: boolean({ default: false }) },
    async handle({ upload, query }) {
      taken.push(await textOf(upload))
      return { status: 200, body: { ...query, bytes: upload?.bytes, sha256: upload?.sha256 } }
    },
    ...given,
  })
  return { ...createSample([route], { limits, spool_folder }), taken }
}

test('an upload is there whole when its route begins, and is read from the start each time', async () => {
  const seen: string[] = []
  const sample = createTaker({
    async handle({ upload }) {
      seen.push(await textOf(upload), await textOf(upload))
      return { status: 204 }
    },
  })

  const { status } = await send(sample, 'POST', '/v1/sprockets:import', 'teeth\n5\n', csv)

  expect([status, seen]).toEqual([204, ['teeth\n5\n', 'teeth\n5\n']])
})

test('an upload is known by its length and its hash, and has parameters beside it', async () => {
  const sample = createTaker()

  const { body } = await send(sample, 'POST', '/v1/sprockets:import?dry=true', 'é', csv)

  expect(body).toEqual({ dry: true, bytes: 2, sha256: createHash('sha256').update('é').digest('hex') })
})

test.each([
  ['none', undefined, {}, 400, 'body_required', 'A body is needed, as text/csv.'],
  ['an empty one', '', csv, 400, 'body_required', 'A body is needed, as text/csv.'],
  ['an empty one in chunks', '', { ...csv, 'transfer-encoding': 'chunked' }, 400, 'body_required', 'A body is needed'],
  ['JSON', '{}', { 'content-type': 'application/json' }, 415, 'unsupported_media_type', 'send text/csv, in UTF-8.'],
  ['latin1', 'x', { 'content-type': 'text/csv; charset=latin1' }, 415, 'unsupported_media_type', 'in UTF-8.'],
  ['nobody knows what', 'x', {}, 415, 'unsupported_media_type', 'without Content-Type'],
  ['no media type', 'x', { 'content-type': 'csv' }, 415, 'unsupported_media_type', 'is not a media type'],
  ['gzip', 'x', { ...csv, 'content-encoding': 'gzip' }, 415, 'unsupported_media_type', 'encoded as gzip'],
])('an upload that is %s is refused like any body', async (_, payload, headers, status, code, detail) => {
  const sample = createTaker()

  const { body } = await sample.server
    .inject({
      method: 'POST',
      url: '/v1/sprockets:import',
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    .then(({ text }) => ({ body: JSON.parse(text) }))

  expect(body).toMatchObject({ status, code, detail: expect.stringContaining(detail) })
  expect(sample.taken).toEqual([])
})

test.each(['text/csv; header=present', 'Text/CSV; charset="UTF-8"'])('an upload may come as %s', async (type) => {
  const { status } = await send(createTaker(), 'POST', '/v1/sprockets:import', 'x', { 'content-type': type })

  expect(status).toBe(200)
})

test('what is wrong beside an upload is told', async () => {
  const sample = createTaker()

  const wrong = await send(sample, 'POST', '/v1/sprockets:import?dry=perhaps', 'x', csv)
  const unacceptable = await send(sample, 'POST', '/v1/sprockets:import', 'x', { ...csv, accept: 'text/html' })

  expect(wrong.body).toMatchObject({ status: 400, errors: [{ field: 'dry', code: 'type' }] })
  expect(unacceptable.status).toBe(406)
  expect(sample.taken).toEqual([])
})

test.each([
  ['the server', {}, { upload_bytes: 20 }],
  ['its route', { upload: { media_types: ['text/csv'], most_bytes: 20 } }, {}],
  [
    'the server, whatever its route says',
    { upload: { media_types: ['text/csv'], most_bytes: 99 } },
    { upload_bytes: 20 },
  ],
])('an upload has the limit of %s, and not that of a body', async (_, given, limits) => {
  const sample = createTaker(given, { body_bytes: 5, ...limits })

  const fitting = await send(sample, 'POST', '/v1/sprockets:import', 'x'.repeat(20), csv)
  const larger = await send(sample, 'POST', '/v1/sprockets:import', 'x'.repeat(21), csv)

  expect(fitting.status).toBe(200)
  expect(larger.body).toMatchObject({ status: 413, code: 'body_too_large', most_bytes: 20 })
  expect(sample.taken).toEqual(['x'.repeat(20)])
})

test('a disk that is full is said to be, and nothing stays on it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'full-'))
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const sample = createTaker({ handle: () => Promise.reject(full) }, {}, folder)

  const { status, body, headers } = await send(sample, 'POST', '/v1/sprockets:import', 'teeth\n5\n', csv)

  expect([status, body.code, headers.get('retry-after')]).toEqual([507, 'storage_full', '60'])
  expect(await readdir(folder)).toEqual([])
})

test('a route has the time that it states', async () => {
  const late = Promise.withResolvers<never>()
  const sample = createTaker({ seconds: 0.01, handle: () => late.promise })

  const { body } = await send(sample, 'POST', '/v1/sprockets:import', 'x', csv)
  late.reject(new Error('too late'))

  expect(body).toMatchObject({ status: 503, code: 'timeout', detail: expect.stringContaining('within 0.01 s') })
})

test('an upload is in the document', () => {
  const { server } = createTaker({ upload: { media_types: ['text/csv', 'image/png'] } })

  const operation = server.openapi.paths['/v1/sprockets:import']?.post

  expect(operation?.requestBody).toEqual({
    required: true,
    content: { 'text/csv': { schema: { type: 'string' } }, 'image/png': {} },
  })
  expect(Object.keys(Object(operation?.responses))).toEqual(
    expect.arrayContaining(['200', '400', '408', '413', '415', '503']),
  )
})
