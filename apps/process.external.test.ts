import { createCheckedClient } from '@mainspring/testing'
import { expect, inject, test } from 'vitest'

const client = createCheckedClient(inject('base_url'))
const { env } = (await client.get<{ env: string }>('/status')).body

test('the process lives and may be given traffic', async () => {
  expect(await client.get('/healthz')).toMatchObject({ status: 200, body: { alive: true } })
  expect(await client.get('/readyz')).toMatchObject({
    status: 200,
    body: { ready: true, parts: { sprockets: { ready: true } } },
  })
})

test('the status tells version, uptime, databases and how far they are migrated', async () => {
  expect(await client.get('/status')).toMatchObject({
    status: 200,
    body: {
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      uptime_seconds: expect.any(Number),
      services: {
        sprockets: { database: expect.stringMatching(/\d/), migration: expect.stringMatching(/^sprockets\/\d{4}_/) },
      },
    },
  })
})

test('the document describes every method of every resource', async () => {
  const { status, headers, body } = await client.get<{ openapi: string; paths: Record<string, object> }>(
    '/openapi.json',
  )

  expect(status).toBe(200)
  expect(headers.get('content-type')).toMatch(/^application\/(vnd\.oai\.openapi\+)?json/)
  expect(body.openapi).toMatch(/^3\.1\./)
  expect(Object.entries(body.paths).map(([path, item]) => `${path} ${Object.keys(item)}`)).toEqual(
    expect.arrayContaining([
      '/v1/factories get,post',
      '/v1/factories/{factory_id} get',
      '/v1/factories/{factory_id}:append post',
      '/v1/factories/{factory_id}:chart get',
      '/v1/factories:batch-create post',
      '/v1/factories:batch-get post',
      '/v1/sprockets get,post',
      '/v1/sprockets/{sprocket_id} get,patch,put,delete',
      '/v1/sprockets:batch-create post',
      '/v1/sprockets:batch-delete post',
      '/v1/sprockets:batch-get post',
      '/v1/sprockets:batch-update post',
    ]),
  )
})

test('the reference is a page for people', async () => {
  const page = await client.get<string>('/docs')

  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.body).toContain('openapi.json')
})

test('every code of an error has its place on the page of errors', async () => {
  const problem = await client.get<{ type: string; code: string }>('/v1/sprockets/none')
  const page = await client.get<string>(problem.body.type)

  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(problem.body.type).toMatch(/#not_found$/)
  for (const code of [problem.body.code, 'time_taken', 'idempotency_key_reused', 'invalid_json']) {
    expect(page.body).toContain(`id="${code}"`)
  }
})

test('answers say that they are not to be sniffed, framed or shown with scripts', async () => {
  const { headers } = await client.get('/v1/sprockets?max_page_size=1')

  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
})

test.runIf(env === 'development')('a browser may call from the console, and from nowhere else', async () => {
  const origin = 'http://localhost:3000'

  const allowed = await client.get('/v1/sprockets?max_page_size=1', { origin })
  const other = await client.get('/v1/sprockets?max_page_size=1', { origin: 'https://example.org' })

  expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
})
