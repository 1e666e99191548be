import { invalid, notFound } from '@mainspring/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Site, sendError } from './failure.ts'
import type { AllowedMethods } from './path.ts'
import { pathOf } from './target.ts'

/** Answers what no route takes: OPTIONS, a method that the path does not know, a path that nobody knows. */
export function createFallback(allowedMethods: AllowedMethods, site: Site) {
  return (raw: FastifyRequest, reply: FastifyReply): void => {
    const path = pathOf(raw.raw.url ?? '/')
    const allow = allowedMethods(decodeURI(path))
    if (allow === undefined) {
      sendError(notFound('route_not_found', { detail: `Nothing lives at ${path}.` }), raw, reply, site)
      return
    }
    reply.header('allow', allow)
    if (raw.method === 'OPTIONS') reply.code(204).send()
    else sendError(invalid('method_not_allowed', { detail: `${path} takes ${allow}.` }), raw, reply, site)
  }
}
