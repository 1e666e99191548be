import { expect, test } from 'vitest'
import { createSample, sampleRoutes } from './testing/sample-server.ts'
import { sample, send } from './testing/send.ts'

const open = createSample(sampleRoutes, { cors_origins: ['https://console.example'] })

test('a page from a listed origin may call, and read what it needs', async () => {
  for (const path of ['/v1/sprockets/a', '/nowhere']) {
    const { headers } = await send(open, 'GET', path, undefined, { origin: 'https://console.example' })

    expect(headers.get('access-control-allow-origin')).toBe('https://console.example')
    expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['etag', 'location', 'link', 'x-request-id', 'retry-after', 'ratelimit']),
    )
    expect(headers.get('vary')).toBe('origin')
  }
})

test('a preflight is told what may be asked', async () => {
  const { status, headers } = await send(open, 'OPTIONS', '/v1/sprockets/a', undefined, {
    origin: 'https://console.example',
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'if-match',
  })

  expect(status).toBe(204)
  expect(headers.get('access-control-allow-methods')).toContain('PATCH')
  expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(
    expect.arrayContaining(['content-type', 'idempotency-key', 'if-match', 'if-none-match', 'prefer', 'x-request-id']),
  )
})

test.each(['https://evil.example', 'https://console.example.evil.example', 'null'])(
  'a page from %s may not',
  async (origin) => {
    const { headers } = await send(open, 'OPTIONS', '/v1/sprockets/a', undefined, {
      origin,
      'access-control-request-method': 'PUT',
    })

    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(headers.get('vary')).toBe('origin')
  },
)

test('without a list no page may', async () => {
  const { headers } = await send(sample, 'GET', '/v1/sprockets/a', undefined, { origin: 'https://console.example' })

  expect([headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([null, null])
})
