import { AppError, type ErrorCodes, invalid, type Log, traceIdOf, unavailable } from '@mainspring/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PROBLEM_TYPE, toProblem } from './problem.ts'

/** What all answers of one server share. */
export interface Site {
  readonly codes: ErrorCodes
  readonly log: Log
  /** Whether the server is about to stop, so that connections end with the answer that is under way. */
  readonly isClosing: () => boolean
  /** Aborts when it begins to stop. */
  readonly closing: AbortSignal
}

/** Sends an error as a problem; what the caller must not know goes to the log, and so does what comes too late to be sent. */
export function sendError(error: unknown, raw: FastifyRequest, reply: FastifyReply, site: Site): void {
  const known = translate(error)
  const problem = toProblem(known, raw.id, site.codes)
  if (problem.status >= 500 || reply.raw.headersSent) {
    const level = known instanceof AppError ? 'warn' : 'error'
    const trace_id = traceIdOf(raw.headers.traceparent)
    site.log[level]({ err: known, request_id: raw.id, trace_id }, messageOf(reply))
  }
  if (reply.raw.headersSent) {
    // Half an answer that cannot go on must not look like a whole one.
    if (!reply.sent) reply.raw.destroy()
    return
  }
  if (site.isClosing() || problem.status === 408) reply.header('connection', 'close')
  reply
    .code(problem.status)
    .headers(problem.headers)
    .header('cache-control', 'no-store')
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problem.body))
}

function messageOf({ sent, raw }: FastifyReply): string {
  if (sent) return 'failed after the answer'
  return raw.headersSent ? 'failed within the answer' : 'request failed'
}

/** Fastify's own errors and those of a full disk in our words; anything else as it is. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof AppError) return error
  switch (error.code) {
    case 'FST_ERR_BAD_URL':
      return invalid('invalid_path', { detail: 'The path is not percent-encoded UTF-8.' })
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return invalid('body_too_large', { detail: 'The body is larger than this server takes.' })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return invalid('unsupported_media_type', { detail: 'The Content-Type is not a media type.' })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return invalid('malformed_request', {
        detail: 'The body is not as long as its Content-Length says.',
        cause: error,
      })
    case 'ENOSPC':
    case 'EDQUOT':
      return unavailable('storage_full', { detail: 'The disk is full.', retry_after: 60, cause: error })
    default:
      return isBlamedOnRequest(error) ? invalid('malformed_request', { cause: error }) : error
  }
}

/** What else Fastify has against a request. */
const isBlamedOnRequest = (error: Error): boolean =>
  'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500
