import { isIP } from 'node:net'
import { type AppError, type Clock, invalid } from '@mainspring/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createCors } from './cors.ts'
import { SECURITY_HEADERS } from './headers.ts'
import type { Limits } from './limits.ts'
import { createRateLimit } from './rate-limit.ts'
import { pathOf } from './target.ts'

/** Meets a request before its route does: sets the headers that each answer has; answers an error if a limit is broken. */
export type Arrival = (raw: FastifyRequest, reply: FastifyReply) => AppError | undefined

/** Makes what happens to every request alike, also to those that no route takes. */
export function createArrival(limits: Limits, origins: readonly string[], clock: Clock): Arrival {
  const allowOrigin = createCors(origins)
  const { requests_per_minute, uri_bytes } = limits
  const count = requests_per_minute === undefined ? undefined : createRateLimit(requests_per_minute, clock)
  return (raw, reply) => {
    const url = raw.raw.url ?? '/'
    raw.client_address = addressOf(raw)
    reply.headers(SECURITY_HEADERS).header('x-request-id', raw.id)
    allowOrigin(raw, reply)
    if (url.length > uri_bytes)
      return invalid('uri_too_long', { detail: `The address is longer than ${uri_bytes} bytes.` })
    if (url.includes('%00') && pathOf(url).includes('%00'))
      return invalid('invalid_path', { detail: 'The path contains NUL.' })
    if (raw.headers.host === undefined && raw.raw.httpVersion === '1.1') {
      return invalid('malformed_request', { detail: 'The Host header is missing.' })
    }
    return count?.(raw, reply)
  }
}

/** A trusted proxy may pass on anything that a client calls its address, and a socket that is gone has none. */
function addressOf({ ip }: { readonly ip?: string }): string {
  return ip !== undefined && isIP(ip) !== 0 ? ip : 'unknown'
}
