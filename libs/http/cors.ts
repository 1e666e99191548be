import type { FastifyReply, FastifyRequest } from 'fastify'

const SENT =
  'authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, prefer, x-request-id'
const READ =
  'content-disposition, etag, idempotency-replayed, link, location, preference-applied, ratelimit, ratelimit-policy, retry-after, x-request-id'

/**
 * Lets pages from listed origins call (the CORS protocol of the Fetch standard, without credentials such as cookies).
 * Sets headers only: a preflight is an OPTIONS request, which is answered like any other.
 */
export function createCors(origins: readonly string[]): (request: FastifyRequest, reply: FastifyReply) => void {
  const allowed = new Set(origins)
  return ({ headers }, reply) => {
    if (allowed.size === 0) return
    reply.header('vary', 'origin')
    if (headers.origin === undefined || !allowed.has(headers.origin)) return
    reply.header('access-control-allow-origin', headers.origin).header('access-control-expose-headers', READ)
    if (headers['access-control-request-method'] === undefined) return
    reply
      .header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
      .header('access-control-allow-headers', SENT)
      .header('access-control-max-age', '600')
  }
}
