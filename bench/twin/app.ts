import { randomUUID } from 'node:crypto'
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { pino } from 'pino'
import { fieldProblem, invalidFields, Problem } from './problem.ts'
import { compileSchema, describe } from './validation.ts'

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
}

const SANE_ID = /^[A-Za-z0-9._-]{1,128}$/

/** Fastify with what all routes share: request ids, a line of log per request, headers, errors as problems. */
export function createApp(): FastifyInstance {
  const log = pino({
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  })
  const app = fastify({
    bodyLimit: 4 * 1024 * 1024,
    genReqId: ({ headers }) => {
      const sent = headers['x-request-id']
      return typeof sent === 'string' && SANE_ID.test(sent) ? sent : randomUUID()
    },
  })
  app.setValidatorCompiler(compileSchema)
  app.addContentTypeParser(
    'application/merge-patch+json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '',
        path: pathOf(request.url),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 100) / 100,
      },
      'request',
    )
    done()
  })
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = toProblem(error)
    if (problem.status >= 500) log.error({ err: error, request_id: request.id }, 'request failed')
    sendProblem(problem, request.id, reply)
  })
  app.setNotFoundHandler((request, reply) => {
    sendProblem(new Problem('route_not_found', `Nothing lives at ${pathOf(request.url)}.`), request.id, reply)
  })
  app.get('/readyz', (_request, reply) => reply.send({ ready: true }))
  return app
}

export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

function sendProblem(problem: Problem, requestId: string, reply: FastifyReply): void {
  reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem.toBody(requestId)))
}

const PLACES = { body: 'body', querystring: 'query', params: 'path', headers: 'headers' }

function toProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error
  if (error.validation && error.validationContext === 'body' && isAbsent(error.validation)) return NO_BODY
  if (error.validation) {
    const place = PLACES[(error.validationContext ?? 'body') as keyof typeof PLACES]
    return invalidFields(describe(error.validation as Parameters<typeof describe>[0], place))
  }
  switch (error.code) {
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return NO_BODY
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Problem('invalid_json', error.message)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported_media_type', error.message)
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body_too_large', 'The body is larger than this server takes.')
    default:
      return new Problem('internal', 'Something went wrong on this side. The log says what, under the request id.')
  }
}

const NO_BODY = new Problem('body_required', 'A body is needed, as application/json.')

const isAbsent = ([first]: NonNullable<FastifyError['validation']>): boolean =>
  first?.keyword === 'type' && first.instancePath === '' && first.params.type === 'object'

/** One id out of the query or path and the body, which must not contradict each other. */
export function agreedId(given: string | undefined, inBody: unknown): string | undefined {
  if (given !== undefined && inBody !== undefined && inBody !== given) {
    throw fieldProblem(
      'id_mismatch',
      'id',
      `The body says ${JSON.stringify(inBody)}, the address ${JSON.stringify(given)}.`,
    )
  }
  return given ?? (typeof inBody === 'string' ? inBody : undefined)
}
