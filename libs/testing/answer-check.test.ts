import { expect, test } from 'vitest'
import { createAnswerCheck } from './answer-check.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json'
const sprocket = {
  type: 'object',
  properties: { teeth: { type: 'integer' } },
  required: ['teeth'],
  additionalProperties: false,
}
const check = createAnswerCheck({
  paths: {
    '/v1/sprockets/{sprocket_id}': {
      get: {
        responses: {
          200: {
            headers: { ETag: { required: true }, Link: {} },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Sprocket' } } },
          },
          304: {},
        },
      },
    },
    '/v1/sprockets/{sprocket_id}:draw': {
      get: { responses: { 200: { content: { 'image/svg+xml': { schema: { type: 'string' } } } } } },
    },
  },
  components: { schemas: { Sprocket: sprocket, Problem: { type: 'object', required: ['code'] } } },
})

test('an answer as it is documented passes', () => {
  expect(() => ask('GET', '/v1/sprockets/1?x=1', 200, { teeth: 5 }, { etag: '"1"' })).not.toThrow()
  expect(() => ask('HEAD', '/v1/sprockets/1', 200, undefined, { etag: '"1"' })).not.toThrow()
  expect(() => ask('GET', '/v1/sprockets/1', 304)).not.toThrow()
  expect(() => ask('GET', '/v1/sprockets/1:draw', 200, '<svg/>', { 'content-type': 'image/svg+xml' })).not.toThrow()
})

test('an answer without its body passes where the caller asked for that', () => {
  expect(() =>
    ask('GET', '/v1/sprockets/1', 200, undefined, { etag: '"1"', 'preference-applied': 'return=minimal' }),
  ).not.toThrow()
})

test.each([
  ['a status', [404, { code: 'gone' }], 'GET /v1/sprockets/1 answered 404: only 200, 304 are documented'],
  ['a member', [200, { teeth: 5, colour: 'red' }], 'body must NOT have additional properties'],
  ['a type', [200, { teeth: '5' }], 'body/teeth must be integer'],
  ['a missing header', [200, { teeth: 5 }, { etag: undefined }], 'the header ETag is missing'],
  [
    'a media type',
    [200, 'teeth', { 'content-type': 'text/plain' }],
    'it is text/plain, documented is application/json',
  ],
  ['a missing body', [200, undefined, { 'content-type': undefined }], 'it is untyped, documented is application/json'],
  ['a body', [304, { teeth: 5 }], 'it has a body, and none is documented'],
] as const)('%s that is not documented is named', (_, [status, body, headers = {}], deviation) => {
  expect(() => ask('GET', '/v1/sprockets/1', status, body, { etag: '"1"', ...headers })).toThrow(deviation)
})

test('all deviations of an answer are named at once', () => {
  expect(() => ask('GET', '/v1/sprockets/1', 200, { teeth: '5' })).toThrow(
    /ETag is missing; body\/teeth must be integer/,
  )
})

test('an error where nothing is documented must be a problem', () => {
  expect(() =>
    ask('DELETE', '/v1/sprockets/1', 405, { code: 'method_not_allowed' }, { 'content-type': PROBLEM_TYPE }),
  ).not.toThrow()
  expect(() => ask('GET', '/v2', 404, {}, { 'content-type': PROBLEM_TYPE })).toThrow(
    "body must have required property 'code'",
  )
  expect(() => ask('GET', '/v2', 404, { code: 'route_not_found' })).toThrow(
    'an error is application/problem+json, this is application/json',
  )
})

test('a problem that says another status is named', () => {
  const problem = { status: 404, code: 'not_found' }

  expect(() => ask('GET', '/v2', 404, problem, { 'content-type': PROBLEM_TYPE })).not.toThrow()
  expect(() => ask('GET', '/v2', 410, problem, { 'content-type': PROBLEM_TYPE })).toThrow('its problem says 404')
})

test('under /v1 nothing succeeds that is not documented, but OPTIONS', () => {
  expect(() => ask('GET', '/v1/chains', 200, {})).toThrow('nothing is documented there')
  expect(() => ask('PUT', '/v1/sprockets/1', 200, {})).toThrow('nothing is documented there')
  expect(() => ask('OPTIONS', '/v1/sprockets/1', 204)).not.toThrow()
  expect(() => ask('GET', '/healthz', 200, {})).not.toThrow()
})

test('what is encoded is no separator, and no part of a parameter either', () => {
  expect(() => ask('GET', '/v1/sprockets/1%3Adraw', 200, '<svg/>')).toThrow('nothing is documented there')
  expect(() => ask('GET', '/v1/sprockets/a%2fb', 200, {})).toThrow('nothing is documented there')
})

function ask(
  method: string,
  path: string,
  status: number,
  body?: unknown,
  headers: Record<string, string | undefined> = {},
): void {
  const type = body === undefined ? {} : { 'content-type': JSON_TYPE }
  const given = Object.entries({ ...type, ...headers }).filter(
    (header): header is [string, string] => header[1] !== undefined,
  )
  check(method, path, { status, body, headers: new Headers(given) })
}
