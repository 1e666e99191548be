import { invalid } from '@mainspring/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createCors } from './cors.ts'
import { type Site, sendError } from './failure.ts'
import { SECURITY_HEADERS } from './headers.ts'
import { pathOf } from './input.ts'
import type { Limits } from './limits.ts'

/** Meets a request before its route does; says whether it may go on. If not, it has been answered. */
export type Arrival = (raw: FastifyRequest, reply: FastifyReply) => boolean

/** Makes what happens to every request alike: the headers that each answer has, and the limits that each request keeps. */
export function createArrival(site: Site, limits: Limits, origins: readonly string[]): Arrival {
  const allowOrigin = createCors(origins)
  return (raw, reply) => {
    const url = raw.raw.url ?? '/'
    reply.headers(SECURITY_HEADERS).header('x-request-id', raw.id)
    allowOrigin(raw, reply)
    if (url.length > limits.uri_bytes) {
      sendError(
        invalid('uri_too_long', { detail: `The address is longer than ${limits.uri_bytes} bytes.` }),
        raw,
        reply,
        site,
      )
    } else if (url.includes('%00') && pathOf(url).includes('%00')) {
      sendError(invalid('invalid_path', { detail: 'The path contains NUL.' }), raw, reply, site)
    }
    return !reply.sent
  }
}
