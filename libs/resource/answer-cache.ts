import { createHash } from 'node:crypto'
import type { Cache, Form } from '@mainspring/cache'
import { text } from '@mainspring/core'
import type { EventType } from '@mainspring/events'
import type { Reply, Route } from '@mainspring/http'

/** Answers that are kept until something happens: see `answerCache`. */
export interface AnswerCache {
  /** Within the service. */
  readonly name: string
  /** Whatever changes what is answered emits one of these. */
  readonly clearedBy: readonly EventType[]
}

/**
 * Declares a cache of answers, for reads that are many more than changes and the same for all who may ask. It is cleared on
 * every instance when one of the events was emitted: where that was, with the commit, elsewhere a moment later. What is
 * written past the service is seen after a minute.
 *
 *     const menu = answerCache('menu', [MenuChanged])
 *     export const pizzas = resource(Pizza, { list: true, get: true, cached: menu })
 */
export const answerCache = (name: string, clearedBy: readonly EventType[]): AnswerCache => ({ name, clearedBy })

/** An answer as it is sent. */
export interface KeptAnswer extends Reply {
  readonly headers: Readonly<Record<string, string>>
  /** Text, and once it is asked for again, bytes: they are sent faster, but lie outside of the heap, where garbage stays longer. */
  body: string | Buffer
}

/** The form of answers that are kept. */
export const answerForm: Form<KeptAnswer> = {
  sizeOf: ({ headers, body }) => Buffer.byteLength(body) + Object.values(headers).join('').length + ENTRY_BYTES,
  toText: ({ headers, body }) => `${JSON.stringify(headers)}\n${String(body)}`,
  fromText(text) {
    const end = text.indexOf('\n')
    return { status: 200, headers: JSON.parse(text.slice(0, end)), body: text.slice(end + 1) }
  },
}

/**
 * A read whose answers are kept; each has an ETag. What writes, tells events, sends pieces or depends on headers stays as it
 * is.
 */
export function cachedRoute(route: Route, cache: Cache<KeptAnswer>): Route {
  const { method, isEventStream, headers, replies } = route
  if (method !== 'GET' || isEventStream || headers || replies.some(({ content_type }) => content_type)) return route
  return {
    ...route,
    replies: replies.map((reply) => ({ ...reply, headers: { ...tagHeader, ...reply.headers } })),
    recall(target) {
      const answer = cache.recall(target)
      if (typeof answer?.body === 'string') answer.body = toBytes(answer.body)
      return answer
    },
    handle: (request) => cache.cached(request.target, async () => keep(await route.handle(request))),
  }
}

const tagHeader = { ETag: text({ description: 'Changes with the answer; for If-None-Match.' }) }

function keep({ headers, body }: Reply): KeptAnswer {
  const json = typeof body === 'string' ? body : JSON.stringify(body)
  const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, TAG_LENGTH)}"`
  return { status: 200, headers: { etag, ...headers }, body: json }
}

/** None of the pool that all share: a part of that would keep the whole. */
function toBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

/** 132 bits: nobody finds two answers that share one. */
const TAG_LENGTH = 22

/** What objects and buffers take besides their content: many small answers are no little. */
const ENTRY_BYTES = 512
