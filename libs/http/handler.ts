import { Readable } from 'node:stream'
import { type AppError, invalid, unavailable } from '@mainspring/core'
import type { FastifyReply } from 'fastify'
import type { RawRequest } from './checked-request.ts'
import { type Site, sendError } from './failure.ts'
import { createInputReader } from './input.ts'
import { isAcceptable, JSON_TYPE } from './media.ts'
import { matchesTag, prefersMinimal } from './preferences.ts'
import type { Reply, Route } from './route.ts'

/** Answers one route's requests. */
export type Handler = (raw: RawRequest, reply: FastifyReply) => void

/**
 * Makes the handler of a route: reads and checks, lets the route work, sends its reply or the problem. Work that takes
 * longer than `timeout` (milliseconds) goes on, since nobody can tell how far it is; its caller gets a 503.
 */
export function createHandler(route: Route, site: Site, timeout: number): Handler {
  const read = createInputReader(route, site.log)
  const offered = typesOf(route)
  return (raw, reply) => void handle(raw, reply)

  async function handle(raw: RawRequest, reply: FastifyReply): Promise<void> {
    raw.route_path = route.path
    const timer = setTimeout(() => sendError(tooSlow(timeout), raw, reply, site), timeout)
    let answer: Reply | undefined
    try {
      if (!isAcceptable(raw.headers.accept, offered)) throw notAcceptable(offered)
      answer = await route.handle(read(raw))
      if (reply.sent) discard(answer)
      else send(answer, route, raw, reply, site)
    } catch (error) {
      for (const name of Object.keys(answer?.headers ?? {})) reply.removeHeader(name)
      sendError(error, raw, reply, site)
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The media types that a route answers with when all goes well. */
function typesOf({ replies }: Route): readonly string[] {
  const types = replies.flatMap(({ content_type, schema }) => content_type ?? (schema ? JSON_TYPE : []))
  return [...new Set(types)]
}

const notAcceptable = (offered: readonly string[]): AppError =>
  invalid('not_acceptable', { detail: `The answer comes as ${offered.join(' or ')}.`, media_types: offered })

const tooSlow = (timeout: number): AppError =>
  unavailable('timeout', { detail: `No answer within ${timeout / 1000} s. The work may have been done all the same.` })

function send(answer: Reply, route: Route, raw: RawRequest, reply: FastifyReply, site: Site): void {
  const { status, headers, body } = answer
  reply.code(status)
  if (headers) reply.headers(headers)
  if (site.isClosing()) reply.header('connection', 'close')

  if (isUnchanged(route, raw, reply)) {
    discard(answer)
    reply.code(304).send()
  } else if (body === undefined) {
    reply.send()
  } else if (isMinimal(answer, route, raw)) {
    reply
      .code(status === 201 ? 201 : 204)
      .header('preference-applied', 'return=minimal')
      .send()
  } else {
    // A picture is for pages and mails of others, too.
    if (answer.content_type?.startsWith('image/')) reply.header('cross-origin-resource-policy', 'cross-origin')
    const ready = typeof body === 'string' || body instanceof Readable || body instanceof Uint8Array
    reply.header('content-type', answer.content_type ?? SENT_JSON).send(ready ? body : JSON.stringify(body))
  }
}

/** Lets go of what a stream holds when it will not be read. */
function discard({ body }: Reply): void {
  if (body instanceof Readable) body.destroy()
}

const SENT_JSON = `${JSON_TYPE}; charset=utf-8`

/** Whether the caller has this representation already. */
function isUnchanged({ method, safe }: Route, { headers }: RawRequest, reply: FastifyReply): boolean {
  const known = headers['if-none-match']
  if (known === undefined || reply.statusCode !== 200 || !(method === 'GET' || safe)) return false
  const etag = reply.getHeader('etag')
  return typeof etag === 'string' && matchesTag(known, etag)
}

/** Whether the caller asked to be spared the resource that it has just written. */
function isMinimal({ status, content_type }: Reply, { method, safe }: Route, { headers }: RawRequest): boolean {
  if (headers.prefer === undefined || content_type !== undefined || method === 'GET' || safe) return false
  return (status === 200 || status === 201) && prefersMinimal([headers.prefer].flat().join(','))
}
