import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type AppError, invalid, type Spool } from '@mainspring/core'
import { FORM_OVERHEAD, FORM_TYPE, fileOf, uploadTypes } from './form.ts'
import type { Limits } from './limits.ts'
import { withoutParameters } from './media.ts'
import type { Upload } from './route.ts'
import { withSpool } from './spool.ts'

/** Takes the body of a request into a file and lets `work` have it. Throws what is wrong with it as soon as that is known. */
export type UploadReceiver = (request: IncomingMessage, work: (upload: Spool) => Promise<void>) => Promise<void>

/** Makes the receiver of a route's uploads, whose files are in `folder` meanwhile. */
export function createUploadReceiver(upload: Upload, limits: Limits, folder: string): UploadReceiver {
  const most = Math.min(upload.most_bytes ?? limits.upload_bytes, limits.upload_bytes)
  const patience = limits.receive_seconds * 1000
  return async (request, work) => {
    const type = request.headers['content-type'] ?? ''
    const isForm = upload.form_field !== undefined && withoutParameters(type).toLowerCase() === FORM_TYPE
    const mostOfBody = isForm ? most + FORM_OVERHEAD : most
    if (Number(request.headers['content-length'] ?? 0) > mostOfBody) throw tooLarge(most)
    const { socket } = request
    receiving.set(socket, request)
    try {
      const body = limited(arrivals(request, patience), mostOfBody)
      const file = isForm ? limited(fileOf(body, type, upload.form_field), most) : body
      await withSpool(folder, file, async (spool) => {
        if (spool.bytes === 0) throw bodyRequired(upload)
        await work(spool)
      })
    } finally {
      if (!request.complete) refuseRest(request, patience)
    }
  }
}

/** Whether an upload is arriving on this connection: it may take its time, as long as it goes on. */
export const isReceiving = (socket: Socket): boolean => receiving.get(socket)?.complete === false

/** The last upload of each connection. */
const receiving = new WeakMap<Socket, IncomingMessage>()

/** What is thrown when a route's upload is not there. */
export const bodyRequired = (upload: Upload): AppError =>
  invalid('body_required', { detail: `A body is needed, as ${uploadTypes(upload).join(' or ')}.` })

const tooLarge = (most: number): AppError =>
  invalid('body_too_large', { detail: `The body is larger than ${most} bytes.`, most_bytes: most })

const tooSilent = (patience: number): AppError =>
  invalid('request_timeout', { detail: `Nothing of the body arrived for ${patience / 1000} s.` })

async function* limited(pieces: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer, void> {
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > most) throw tooLarge(most)
    yield piece
  }
}

/** The pieces of a body, each of which comes within `patience` (milliseconds). The connection outlives whoever stops asking. */
async function* arrivals(request: IncomingMessage, patience: number): AsyncGenerator<Buffer, void> {
  const pieces: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false })
  try {
    for (;;) {
      const { done, value } = await within(patience, pieces.next())
      if (done) return
      yield value
    }
  } finally {
    // Not awaited: after silence it would wait as long for what does not come.
    pieces.return?.().catch(() => {})
  }
}

function within<T>(patience: number, work: Promise<T>): Promise<T> {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(() => silence.reject(tooSilent(patience)), patience)
  return Promise.race([work, silence.promise]).finally(() => clearTimeout(timer))
}

/** What is left of a refused upload is let go by. Node times a request only once, and may have done so while this one was excused. */
function refuseRest(request: IncomingMessage, patience: number): void {
  // Node lets go by only what nobody has begun to read, and the next request would wait behind it. Unlike `resume` a
  // listener holds when that reader leaves, which is a moment from now.
  request.on('data', () => {})
  setTimeout(() => {
    if (!request.complete) request.destroy()
  }, patience).unref()
}
