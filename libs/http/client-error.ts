import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type AppError, type IdSource, invalid } from '@mainspring/core'
import type { Site } from './failure.ts'
import { PROBLEM_TYPE, toProblem } from './problem.ts'
import { isReceiving } from './upload.ts'

// An import would load all that the module's namespace names, fetch and WebSocket with it: 14 MiB and 30 ms of each start.
const http = process.getBuiltinModule('node:http')

/** How long (milliseconds) what the other side still sends is thrown away: closing at once would reset our answer, too. */
const LINGER = 1000

/** What Node says of a request that did not arrive whole in time. */
const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT'

/** What Node tells of a connection that does not speak HTTP, or not fast enough. */
export interface ClientError extends NodeJS.ErrnoException {
  /** The bytes last read. */
  readonly rawPacket?: unknown
}

/** Answers what is no HTTP, before there is a request: straight to the socket, which is closed behind it. */
export function createClientErrorHandler({ codes, log }: Site, ids: IdSource) {
  return (error: ClientError, socket: Socket): void => {
    if (socket.writableEnded) return
    if (error.code === TOO_SLOW && isReceiving(socket)) return
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const answer = answerUnderWay(socket)
    if (answer) return void answer.once('finish', () => socket.destroySoon())
    const id = ids()
    const { status, body } = toProblem(toAppError(error), id, codes)
    const text = JSON.stringify(body)
    const head = [
      `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(text)}`,
      `x-request-id: ${id}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
    setTimeout(() => socket.destroy(), LINGER).unref()
    log.info({ status, request_id: id, reason: error.code }, 'request refused')
  }
}

/** The answer to a whole request that came before what is no HTTP: it is the other side's due, and not to be written into. */
function answerUnderWay(socket: Socket): ServerResponse | undefined {
  const answer: unknown = Reflect.get(socket, '_httpMessage')
  return answer instanceof http.ServerResponse && (answer.headersSent || answer.req.complete) ? answer : undefined
}

function toAppError({ code, rawPacket }: ClientError): AppError {
  switch (code) {
    case TOO_SLOW:
      return invalid('request_timeout', { detail: 'The request did not arrive in time.' })
    case 'HPE_HEADER_OVERFLOW':
      return hasLongTarget(rawPacket)
        ? invalid('uri_too_long', { detail: 'The address is longer than this server takes.' })
        : invalid('headers_too_large', { detail: 'The headers are larger than this server takes.' })
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return invalid('body_too_large', { detail: 'The chunk extensions are larger than this server takes.' })
    default:
      return invalid('malformed_request', { detail: 'The request is not HTTP/1.1.' })
  }
}

/** The parser counts the first line among the headers; whether that alone was too long, the bytes that it choked on tell. */
const hasLongTarget = (packet: unknown): boolean =>
  Buffer.isBuffer(packet) && /^[A-Z-]+ \S{8192}/.test(packet.toString('latin1'))
