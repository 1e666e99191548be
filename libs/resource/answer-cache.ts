import { createHash } from 'node:crypto'
import type { Cache } from '@mainspring/cache'
import { text } from '@mainspring/core'
import type { EventType } from '@mainspring/events'
import type { Reply, Request, Route } from '@mainspring/http'

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

/** A read whose answers are kept; each has an ETag. What writes, tells events or sends pieces stays as it is. */
export function cachedRoute(route: Route, cache: Cache): Route {
  if (route.method !== 'GET' || route.isEventStream || route.replies.some(({ content_type }) => content_type))
    return route
  return {
    ...route,
    replies: route.replies.map((reply) => ({ ...reply, headers: { ...tagHeader, ...reply.headers } })),
    handle: async (request) =>
      unpack(await cache.cached(keyOf(request), async () => pack(await route.handle(request)))),
  }
}

const tagHeader = { ETag: text({ description: 'Changes with the answer; for If-None-Match.' }) }

/** All that decides an answer: parameters that are absent have their defaults. */
const keyOf = ({ path, query }: Request): string =>
  JSON.stringify([path, Object.entries(query).toSorted(([one], [other]) => (one < other ? -1 : 1))])

/** Headers in one line, then the body. */
function pack({ headers, body }: Reply): string {
  const json = JSON.stringify(body)
  const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, TAG_LENGTH)}"`
  return `${JSON.stringify({ etag, ...headers })}\n${json}`
}

function unpack(packed: string): Reply {
  const end = packed.indexOf('\n')
  return { status: 200, headers: JSON.parse(packed.slice(0, end)), body: packed.slice(end + 1) }
}

/** 132 bits: nobody finds two answers that share one. */
const TAG_LENGTH = 22
