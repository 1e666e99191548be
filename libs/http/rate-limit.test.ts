import { createManualClock } from '@mainspring/core'
import { expect, test } from 'vitest'
import { createSample, sampleRoutes } from './testing/sample-server.ts'
import { send } from './testing/send.ts'

function createLimited() {
  const clock = createManualClock('2026-11-20T09:30:00Z')
  const sample = createSample(sampleRoutes, {
    clock,
    limits: { requests_per_minute: 2 },
    trusted_proxies: ['127.0.0.1'],
  })
  const ask = (client: string, path = '/v1/sprockets/a') =>
    send(sample, 'GET', path, undefined, { 'x-forwarded-for': client })
  return { clock, ask }
}

test('a client that asks too often is told when to come again', async () => {
  const { clock, ask } = createLimited()

  expect((await ask('203.0.113.7')).headers.get('ratelimit')).toBe('"client";r=1;t=60')
  clock.advance(15_000)
  expect((await ask('203.0.113.7', '/nowhere')).headers.get('ratelimit')).toBe('"client";r=0;t=45')
  const { status, headers, body } = await ask('203.0.113.7')

  expect([status, body.code, body.limit]).toEqual([429, 'too_many_requests', 2])
  expect(headers.get('retry-after')).toBe('45')
  expect(headers.get('ratelimit')).toBe('"client";r=0;t=45')
  expect(headers.get('ratelimit-policy')).toBe('"client";q=2;w=60')
})

test('after the minute the count begins anew', async () => {
  const { clock, ask } = createLimited()
  for (let count = 0; count < 3; count++) await ask('203.0.113.7')

  clock.advance(60_000)

  expect((await ask('203.0.113.7')).headers.get('ratelimit')).toBe('"client";r=1;t=60')
})

test.each([
  ['203.0.113.7', '203.0.113.8', 'others'],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2', 'one'],
  ['2001:db8::1', '2001:db8:0:0:5::', 'one'],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', 'others'],
  ['::ffff:203.0.113.7', '::ffff:203.0.113.8', 'others'],
])('%s and %s count as %s', async (first, second, expected) => {
  const { ask } = createLimited()
  await ask(first)

  const { headers } = await ask(second)

  expect(headers.get('ratelimit')).toBe(expected === 'one' ? '"client";r=0;t=60' : '"client";r=1;t=60')
})

test('what a trusted proxy passes on as an address and is none counts as one client', async () => {
  const { ask } = createLimited()

  await ask('x'.repeat(300))

  expect((await ask('rubbish')).headers.get('ratelimit')).toBe('"client";r=0;t=60')
})

test('who watches over the service is never limited', async () => {
  const { ask } = createLimited()

  for (let count = 0; count < 5; count++) expect((await ask('203.0.113.7', '/readyz')).status).toBe(200)
})

test('what a client says of itself is believed only from a trusted proxy', async () => {
  const sample = createSample(sampleRoutes, { limits: { requests_per_minute: 2 }, trusted_proxies: ['10.0.0.0/8'] })
  await send(sample, 'GET', '/v1/sprockets/a', undefined, { 'x-forwarded-for': '203.0.113.7' })

  const { headers } = await send(sample, 'GET', '/v1/sprockets/a', undefined, { 'x-forwarded-for': '203.0.113.8' })

  expect(headers.get('ratelimit')).toMatch(/^"client";r=0;/)
})
