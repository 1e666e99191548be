import type { OpenApi } from '@mainspring/http'
import { expect, test } from 'vitest'
import { writeClientTypes } from './client-types.ts'

const text = { type: 'string' }
const tool = {
  type: 'object',
  description: 'A tool.',
  'x-aep-resource': {},
  properties: {
    id: text,
    path: { ...text, readOnly: true },
    secret: { ...text, writeOnly: true },
    name: { ...text, description: 'How */ it is\ncalled.' },
    size: { type: ['integer', 'null'] },
    state: { enum: ['OUT', "ISN'T", null] },
    parts: { type: 'array', items: { type: 'object', properties: { name: text }, required: ['name'] } },
    grid: { type: 'array', items: { type: 'array', items: { type: ['integer', 'null'] } } },
  },
  required: ['name'],
}
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const problem = (...codes: readonly string[]) => ({
  content: { 'application/problem+json': { schema: { allOf: [{}, { properties: { code: { enum: codes } } }] } } },
})

const described = (paths: OpenApi['paths'], schemas: object = { Tool: tool }): OpenApi => ({
  ...{ openapi: '3.1.1', info: {}, security: [], servers: [], tags: [] },
  paths,
  components: { schemas },
})

const operation = (more: object) => ({
  operationId: 'x',
  tags: [],
  summary: 'Do it',
  responses: {},
  ...more,
})

test('a resource that is answered has all of its fields, and one that is sent those that may be sent', () => {
  const post = operation({
    requestBody: { required: true, ...json(ref('Tool')) },
    responses: { 201: json(ref('Tool')) },
  })

  const types = writeClientTypes(described({ '/v1/tools': { post } }))

  expect(types).toContain(`/** A tool. */
export interface Tool {
  readonly id: string
  readonly path: string
  /** How *\\/ it is called. */
  readonly name: string
  readonly size: number | null
  readonly state: 'OUT' | 'ISN\\'T' | null
  readonly parts: readonly {
    readonly name: string
  }[]
  readonly grid: readonly (readonly (number | null)[])[]
}`)
  expect(types).toContain(`export interface ToolBody {
  readonly id?: string | undefined
  readonly secret?: string | undefined
  /** How *\\/ it is called. */
  readonly name: string
  readonly size?: number | null | undefined
  readonly state?: 'OUT' | 'ISN\\'T' | null | undefined
  readonly parts?: readonly {
    readonly name: string
  }[] | undefined
  readonly grid?: readonly (readonly (number | null)[])[] | undefined
}`)
  expect(types).toContain(`    readonly post: {
      readonly body: ToolBody
      readonly reply: Tool
    }`)
})

test('a method says what it is asked with, and whether it must be', () => {
  const parameters = [
    { name: 'tool_id', in: 'path', required: true, schema: text },
    { name: 'force', in: 'query', required: false, schema: { type: 'boolean' } },
    { name: 'X-Header', in: 'header', required: false, schema: text },
  ]
  const required = [{ name: 'group_by', in: 'query', required: true, schema: text }]

  const types = writeClientTypes(
    described({
      '/v1/tools/{tool_id}': { delete: operation({ parameters, deprecated: true, responses: { 204: {} } }) },
      '/v1/tools:sum': {
        get: operation({ parameters: required, responses: { 200: { content: { 'text/csv': { schema: text } } } } }),
      },
      '/v1/tools:import': { post: operation({ requestBody: { required: true, content: { 'text/csv': {} } } }) },
    }),
  )

  expect(types).toContain(`  readonly '/v1/tools/{tool_id}': {
    /** Do it. @deprecated For clients that know nothing else. */
    readonly delete: {
      readonly query?: {
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }`)
  expect(types).toContain(`readonly get: {
      readonly query: {
        readonly group_by: string
      }
      readonly reply: string
    }`)
  expect(types).toContain("readonly upload: 'text/csv'")
})

test('a stream says what each of its events says', () => {
  const data = { type: 'object', properties: { tool_id: text }, required: ['tool_id'] }
  const content = { 'text/event-stream': { schema: text, 'x-events': { 'tools.tool_lent': data } } }

  const types = writeClientTypes(
    described({ '/v1/tools:stream': { get: operation({ responses: { 200: { content } } }) } }),
  )

  expect(types).toContain(`readonly events: {
        readonly 'tools.tool_lent': {
          readonly tool_id: string
        }
      }`)
})

test('a POST is on the list of what is sent once, unless it takes a key or changes nothing', () => {
  const parameters = [{ name: 'Idempotency-Key', in: 'header', required: false, schema: text }]

  const types = writeClientTypes(
    described({
      '/v1/tools': { post: operation({ parameters }) },
      '/v1/tools:batch-get': { post: operation({}) },
      '/v1/tools:sweep': { post: operation({}) },
    }),
  )

  expect(types).toContain("keyless: ReadonlySet<string> = new Set([\n  '/v1/tools:sweep',\n])")
})

test('the codes are all that some answer may carry, once', () => {
  const responses = { 404: problem('not_found'), 409: problem('taken', 'busy') }
  const get = operation({ responses })

  const types = writeClientTypes(described({ '/v1/tools': { get }, '/v1/pins': { get } }))

  expect(types).toContain("export type Code = 'busy' | 'not_found' | 'taken'")
})

test('a schema that says nothing the client knows is refused', () => {
  const get = operation({ responses: { 200: json({ type: 'quantum' }) } })

  expect(() => writeClientTypes(described({ '/v1/tools': { get } }))).toThrow('quantum')
})
