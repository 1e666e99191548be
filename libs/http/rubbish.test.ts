import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sample } from './testing/send.ts'

/** Bytes, or text that is nearly JSON. */
const body = fc.oneof(
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.json(),
  fc.tuple(fc.json(), fc.nat()).map(([text, end]) => text.slice(0, end % (text.length + 1))),
  fc
    .record({ teeth: fc.jsonValue(), name: fc.jsonValue() }, { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
)

const type = fc.constantFrom(
  'application/json',
  'application/merge-patch+json',
  'application/json; charset=utf-8',
  'text/plain',
  ';',
  'a/b;c',
  '',
)

/** What may stand in the first line; the parser of HTTP refuses the rest. */
const target = fc
  .tuple(
    fc.constantFrom('/v1/sprockets', '/v1/sprockets/a', '/v1/sprockets/a:polish', '/', '//', '/docs', '/v1'),
    fc.string({
      unit: fc.constantFrom(
        'a',
        '/',
        ':',
        '%',
        '2',
        'F',
        '?',
        '&',
        '=',
        '+',
        '.',
        '{',
        '*',
        '%00',
        '%2e',
        '%F0%9F%98%80',
      ),
      maxLength: 20,
    }),
  )
  .map((parts) => parts.join(''))

const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD')

test('rubbish never gets a 5xx, and every error is a problem', async () => {
  await fc.assert(
    fc.asyncProperty(method, target, type, body, async (method, url, type, payload) => {
      const headers = { 'content-type': type, 'content-length': `${Buffer.byteLength(payload)}` }
      const {
        status,
        headers: answered,
        text,
      } = await sample.server.inject({ method: method as 'GET', url, headers, payload })

      expect(status).toBeLessThan(500)
      if (status >= 400 && method !== 'HEAD') {
        expect(answered.get('content-type')).toBe('application/problem+json; charset=utf-8')
        expect(JSON.parse(text)).toMatchObject({ status, instance: answered.get('x-request-id') })
      }
    }),
    { numRuns: 500 },
  )
})

test('rubbish in headers never gets a 5xx', async () => {
  const name = fc.constantFrom(
    'accept',
    'prefer',
    'if-none-match',
    'x-request-id',
    'origin',
    'content-encoding',
    'x-forwarded-for',
  )
  const value = fc.string({
    unit: fc.constantFrom('"', 'W/', ',', ';', '=', '*', '/', 'a', 'q=', 'return', ' ', ':', '0'),
  })
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, value), async (headers) => {
      const { status } = await sample.server.inject({ method: 'POST', url: '/v1/sprockets/a:polish', headers })

      expect(status).toBeLessThan(500)
    }),
  )
})
