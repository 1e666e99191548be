import type { ErrorCodes, Schema } from '@mainspring/core'
import { statusOf } from './problem.ts'
import type { Route } from './route.ts'

const text = (description: string): Schema => ({ type: 'string', description })

/** The schema of every error. */
export const problemSchema: Schema = {
  $id: 'Problem',
  description: 'An error as RFC 9457 describes it. Values that `detail` mentions are members of their own.',
  type: 'object',
  properties: {
    type: text('Where this code is explained, relative to the server.'),
    title: text('What this code means, the same every time.'),
    status: { type: 'integer', description: 'The HTTP status.' },
    detail: text('What went wrong this time.'),
    instance: text('The request id, under which the log knows more.'),
    code: text('Stable; made to be compared.'),
    errors: {
      type: 'array',
      description: 'Every field that is wrong.',
      items: {
        type: 'object',
        properties: {
          field: text('The path of the field (`packages[0].pizza_id`), or the name of the parameter.'),
          code: text('What is wrong with it; stable.'),
          detail: text('The same as a sentence.'),
        },
        required: ['field', 'code', 'detail'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
}

/** The answers of a route that are errors, by status, with the codes that each may carry. */
export function describeProblems(route: Route, codes: ErrorCodes): Readonly<Record<string, object>> {
  const byStatus = Map.groupBy(codesOf(route), (code) => {
    const entry = codes[code]
    if (!entry) throw new Error(`${route.operation.id} answers the code ${code}, which is not declared.`)
    return statusOf(entry.kind, entry)
  })
  return Object.fromEntries([...byStatus].map(([status, group]) => [status, describeProblem(group, codes)]))
}

function describeProblem(group: readonly string[], codes: ErrorCodes): object {
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { type: 'string', enum: group } } }],
  }
  return {
    description: group.map((code) => codes[code]?.title).join(' '),
    content: { 'application/problem+json': { schema } },
  }
}

/** The codes of a route: its own, and those that follow from its shape. */
function codesOf({ method, params, body, upload, replies, errors = [] }: Route): readonly string[] {
  const addressed = params ? ['invalid_path'] : []
  const written = method === 'GET' ? [] : ['body_too_large', 'unsupported_media_type']
  const parsed = body ? ['invalid_json'] : []
  const required = upload || (body && !body.optional) ? ['body_required'] : []
  const spooled = upload ? ['request_timeout', 'storage_full'] : []
  const formed = upload?.form_field === undefined ? [] : ['malformed_form']
  const negotiated = replies.some(({ schema, content_type }) => schema || content_type) ? ['not_acceptable'] : []
  return [
    ...new Set([
      ...ANYWHERE,
      ...addressed,
      ...written,
      ...parsed,
      ...required,
      ...spooled,
      ...formed,
      ...negotiated,
      ...errors,
    ]),
  ]
}

const ANYWHERE = ['invalid_request', 'uri_too_long', 'too_many_requests', 'internal', 'timeout']
