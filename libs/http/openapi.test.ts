import { array, integer, objectSchema, text, timestamp } from '@mainspring/core'
import { validate } from '@scalar/openapi-parser'
import { expect, test } from 'vitest'
import { createDocument } from './openapi.ts'
import { mergeCodes } from './problem.ts'
import type { Route } from './route.ts'
import { sampleRoute, sampleRoutes } from './testing/sample-server.ts'

const codes = mergeCodes([{ sold_out: { kind: 'conflict', title: 'There are none left.' } }])
const info = { title: 'Sample', version: '1.0.0', services: [{ name: 'sprockets', description: 'Parts.' }] }

const Sprocket = {
  ...objectSchema({
    teeth: integer({ min: 1, example: 5 }),
    create_time: timestamp({ output_only: true, description: 'When it was made.' }),
  }),
  $id: 'Sprocket',
  'x-aep-resource': { singular: 'sprocket' },
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into a document of any shape
const describe = (...routes: readonly Route[]): any => createDocument(routes, info, codes)

const sprocketRoute = (given: Partial<Route>) =>
  sampleRoute('/v1/sprockets/{sprocket_id}', {
    replies: [{ status: 200, description: 'The sprocket.', schema: Sprocket, headers: { ETag: text() } }],
    ...given,
  })

test('the document of the sample routes is valid OpenAPI 3.1', async () => {
  const routes = [
    ...sampleRoutes,
    sampleRoute('/v1/chart', { replies: [{ status: 200, description: 'A picture.', content_type: 'image/svg+xml' }] }),
  ]

  expect(
    await validate(JSON.stringify(describe(...routes, sprocketRoute({ method: 'PUT', body: { schema: Sprocket } })))),
  ).toMatchObject({ valid: true })
})

test('schemas with a name are components, wherever they stand', () => {
  const page = objectSchema({ results: array(text()) })
  const list = { ...page, properties: { results: { type: 'array', items: Sprocket } } }
  const document = describe(
    sprocketRoute({ method: 'PUT', body: { schema: Sprocket } }),
    sampleRoute('/v1/sprockets', { replies: [{ status: 200, description: 'A page.', schema: list }] }),
  )
  const reference = { $ref: '#/components/schemas/Sprocket' }

  const put = document.paths['/v1/sprockets/{sprocket_id}'].put
  expect(put.requestBody).toEqual({
    required: true,
    content: { 'application/json': { schema: reference, example: { teeth: 5 } } },
  })
  expect(put.responses[200].content).toEqual({ 'application/json': { schema: reference } })
  expect(
    document.paths['/v1/sprockets'].get.responses[200].content['application/json'].schema.properties.results.items,
  ).toEqual(reference)
  expect(document.components.schemas.Sprocket).toEqual({
    type: 'object',
    properties: {
      teeth: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [5] },
      create_time: { type: 'string', format: 'date-time', description: 'When it was made.', readOnly: true },
    },
    required: ['teeth'],
    additionalProperties: false,
    'x-aep-resource': { singular: 'sprocket' },
  })
})

test('two schemas or operations of one name stop the start', () => {
  const other = { ...objectSchema({ teeth: text() }), $id: 'Sprocket' }

  expect(() => describe(sprocketRoute({}), sampleRoute('/v1/a', { method: 'PUT', body: { schema: other } }))).toThrow(
    'Two schemas are called Sprocket.',
  )
  expect(() =>
    describe(sprocketRoute({}), { ...sampleRoute('/v1/a'), operation: sprocketRoute({}).operation }),
  ).toThrow('Two operations are called GET /v1/sprockets/{sprocket_id}.')
})

test('an operation tells who may call it, what it takes and what it is about', () => {
  const route = sprocketRoute({
    scope: 'sprockets:read',
    operation: { id: 'GetSprocket', summary: 'Get a sprocket', tag: 'sprockets' },
    query: {
      depth: integer({ default: 1, max: 3, description: 'How deep.', example: 2 }),
      view: text({ optional: true }),
    },
  })

  const { get } = describe(route).paths['/v1/sprockets/{sprocket_id}']

  expect(get).toMatchObject({
    operationId: 'GetSprocket',
    summary: 'Get a sprocket',
    description: 'Get a sprocket.',
    tags: ['sprockets'],
    'x-scope': 'sprockets:read',
  })
  expect(get.parameters).toMatchObject([
    { name: 'sprocket_id', in: 'path', required: true },
    {
      name: 'depth',
      in: 'query',
      required: false,
      description: 'How deep.',
      schema: { type: 'integer', maximum: 3, default: 1 },
      example: 2,
    },
    { name: 'view', in: 'query', required: false, schema: { type: 'string' } },
    { $ref: '#/components/parameters/IfNoneMatch' },
  ])
})

test('what is public says that nobody has to say who he is', () => {
  const document = describe(sprocketRoute({ scope: 'public' }), sampleRoute('/v1/a', { scope: 'a:read' }))

  expect(document.paths['/v1/sprockets/{sprocket_id}'].get).toMatchObject({ 'x-scope': 'public', security: [] })
  expect(document.paths['/v1/a'].get.security).toBeUndefined()
})

test('what the server does by itself is in the document', () => {
  const document = describe(
    sprocketRoute({}),
    sprocketRoute({ method: 'PATCH', body: { schema: Sprocket } }),
    sampleRoute('/v1/sprockets:find', { method: 'POST', safe: true }),
  )
  const { get, patch } = document.paths['/v1/sprockets/{sprocket_id}']

  expect(Object.keys(get.responses)).toEqual(['200', '304', '400', '406', '414', '429', '500', '503'])
  expect(Object.keys(patch.responses)).toEqual(['200', '204', '400', '406', '413', '414', '415', '429', '500', '503'])
  expect(Object.keys(document.paths['/v1/sprockets:find'].post.responses)).not.toContain('204')
})

test('every error answer names the codes that it may carry', () => {
  const { post } = describe(
    sampleRoute('/v1/a/{a_id}', { method: 'POST', body: { schema: Sprocket }, errors: ['sold_out'] }),
  ).paths['/v1/a/{a_id}']
  const codesOf = (status: number) =>
    post.responses[status].content['application/problem+json'].schema.allOf[1].properties.code.enum

  expect(codesOf(409)).toEqual(['sold_out'])
  expect(codesOf(400)).toEqual(['invalid_request', 'invalid_path', 'invalid_json', 'body_required'])
  expect(post.responses[409].description).toBe('There are none left.')
})

test('a route cannot answer a code that nobody declares', () => {
  expect(() => describe(sampleRoute('/v1/a', { errors: ['made_up'] }))).toThrow(
    'GET /v1/a answers the code made_up, which is not declared.',
  )
})
