import { Readable } from 'node:stream'
import { type AppError, invalid, unavailable } from '@mainspring/core'
import type { FastifyReply } from 'fastify'
import type { CheckedRequest, RawRequest } from './checked-request.ts'
import { dispositionOf } from './disposition.ts'
import { type ServerSentEvents, writeEvents } from './event-stream.ts'
import { type Site, sendError } from './failure.ts'
import { createInputReader } from './input.ts'
import type { Limits } from './limits.ts'
import { isAcceptable, JSON_TYPE, withoutParameters } from './media.ts'
import { matchesTag, prefersMinimal } from './preferences.ts'
import type { Reply, Route } from './route.ts'
import { toStream } from './stream.ts'
import { createUploadReceiver, type UploadReceiver } from './upload.ts'

/** Answers one route's requests. */
export type Handler = (raw: RawRequest, reply: FastifyReply) => void

/** What the handlers of one server share. */
export interface HandlerOptions {
  readonly site: Site
  readonly limits: Limits
  readonly spool_folder: string
}

/**
 * Makes the handler of a route: reads and checks, lets the route work, sends its reply or the problem. Work that takes
 * longer than its time goes on, since nobody can tell how far it is; its caller gets a 503. What is wrong with a request
 * is told before its upload is received, and the time of the work begins after that.
 */
export function createHandler(route: Route, { site, limits, spool_folder }: HandlerOptions): Handler {
  const read = createInputReader(route, site.log)
  const receive = route.upload && createUploadReceiver(route.upload, limits, spool_folder)
  const offered = typesOf(route)
  const seconds = route.seconds ?? limits.handler_seconds
  return (raw, reply) => {
    if (receive) void handleUpload(raw, reply, receive)
    else if (!answerRecalled(raw, reply)) void handle(raw, reply)
  }

  /** Answers at once what is known; false if nothing is. */
  function answerRecalled(raw: RawRequest, reply: FastifyReply): boolean {
    const answer = route.recall?.(raw.raw.url ?? '/')
    if (!answer || !isAcceptable(raw.headers.accept, offered)) return false
    raw.route_path = route.path
    send(answer, route, raw, reply, site)
    return true
  }

  async function handle(raw: RawRequest, reply: FastifyReply, checked?: CheckedRequest): Promise<void> {
    raw.route_path = route.path
    const timer = setTimeout(() => sendError(tooSlow(seconds), raw, reply, site), seconds * 1000)
    let answer: Reply | undefined
    try {
      const request = checked ?? check(raw)
      if (route.isEventStream) request.signal = untilGone(reply, site)
      answer = await route.handle(request)
      if (reply.sent) discard(answer)
      else if (answer.events) sendEvents(answer.events, raw, reply)
      else send(answer, route, raw, reply, site)
    } catch (error) {
      takeBack(answer, reply)
      sendError(error, raw, reply, site)
    } finally {
      clearTimeout(timer)
    }
  }

  async function handleUpload(raw: RawRequest, reply: FastifyReply, receive: UploadReceiver): Promise<void> {
    raw.route_path = route.path
    try {
      const request = check(raw)
      await receive(raw.raw, (upload) => {
        request.upload = upload
        return handle(raw, reply, request)
      })
    } catch (error) {
      sendError(error, raw, reply, site)
    }
  }

  function sendEvents(events: ServerSentEvents, raw: RawRequest, reply: FastifyReply): void {
    const heartbeat = limits.heartbeat_seconds * 1000
    const patience = limits.stall_seconds * 1000
    const onStalled = () => {
      site.log.info({ request_id: raw.id, patience_ms: patience }, 'a client that read no more of a stream was cut')
      reply.raw.destroy()
    }
    const body = writeEvents(events, { heartbeat, patience, onStalled })
    send({ status: 200, headers: UNBUFFERED, content_type: EVENT_STREAM, body }, route, raw, reply, site)
  }

  function check(raw: RawRequest): CheckedRequest {
    if (!isAcceptable(raw.headers.accept, offered)) throw notAcceptable(offered)
    return read(raw)
  }
}

/** The media types that a route answers with when all goes well. */
function typesOf({ replies }: Route): readonly string[] {
  const types = replies.flatMap(({ content_type, schema }) => content_type ?? (schema ? JSON_TYPE : []))
  return [...new Set(types.map(withoutParameters))]
}

const notAcceptable = (offered: readonly string[]): AppError =>
  invalid('not_acceptable', { detail: `The answer comes as ${offered.join(' or ')}.`, media_types: offered })

const tooSlow = (seconds: number): AppError =>
  unavailable('timeout', { detail: `No answer within ${seconds} s. The work may have been done all the same.` })

function send(answer: Reply, route: Route, raw: RawRequest, reply: FastifyReply, site: Site): void {
  const { status, headers, file_name, body } = answer
  reply.code(status)
  if (headers) reply.headers(headers)
  if (file_name !== undefined) reply.header('content-disposition', dispositionOf(file_name))
  if (site.isClosing()) reply.header('connection', 'close')
  // A picture is for pages and mails of others, too, also when a cache is told that it is still the same.
  if (answer.content_type?.startsWith('image/')) reply.header('cross-origin-resource-policy', 'cross-origin')

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
    reply.header('content-type', answer.content_type ?? SENT_JSON)
    if (typeof body === 'string' || body instanceof Uint8Array) reply.send(body)
    else if (answer.content_type !== undefined && isStreamed(body)) sendStream(answer, body, raw, reply, site)
    else reply.send(JSON.stringify(body))
  }
}

/** Some proxies keep back what they have until it is much. */
const UNBUFFERED = { 'x-accel-buffering': 'no' }

const EVENT_STREAM = 'text/event-stream'

/** Aborts when nobody reads the answer any more, or nobody shall. */
function untilGone(reply: FastifyReply, { closing }: Site): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, closing])
}

type Streamed = Readable | AsyncIterable<string | Uint8Array>

const isStreamed = (body: object): body is Streamed => Symbol.asyncIterator in body

function sendStream(answer: Reply, body: Streamed, raw: RawRequest, reply: FastifyReply, site: Site): void {
  if (raw.method === 'HEAD') {
    discard(answer)
    reply.send()
    return
  }
  const stream = body instanceof Readable ? body : toStream(body)
  stream.once('error', (error) => {
    // Before its first byte it is an error like any other, which Fastify hands on.
    if (reply.raw.headersSent) sendError(error, raw, reply, site)
    else takeBack(answer, reply)
  })
  reply.send(stream)
}

/** Lets go of what a stream holds when it will not be read. An iterable holds nothing before it is asked. */
function discard({ body }: Reply): void {
  if (body instanceof Readable) body.destroy()
}

/** Removes what an answer said of itself, for the sake of the error that comes in its place. */
function takeBack(answer: Reply | undefined, reply: FastifyReply): void {
  if (!answer) return
  for (const name of [...Object.keys(answer.headers ?? {}), 'content-disposition']) {
    reply.removeHeader(name)
    if (!reply.raw.headersSent) reply.raw.removeHeader(name)
  }
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
