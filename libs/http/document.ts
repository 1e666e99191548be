import { createHash } from 'node:crypto'
import { kernelRoute } from './kernel-route.ts'
import { page, type TextReply } from './page.ts'
import type { Reply, Route } from './route.ts'

/** Something to read that a server has besides what its own routes say of themselves; it stays the same while it runs. */
export interface ServedDocument {
  readonly path: string
  readonly title: string
  /** What the entrance says of it: completes "/docs/events: …". Without it, the entrance does not lead there. */
  readonly introduction?: string
  /** Asked for once, by the first who wants to read it. */
  readonly content: () => JsonContent | PageContent
}

/** For machines. */
export interface JsonContent {
  readonly json: object
  /** `application/json` unless it says otherwise. */
  readonly content_type?: string
}

/** For people: HTML under the title, where what comes from outside has gone through `escapeHtml`; it can run no script. */
export interface PageContent {
  readonly html: string
  /** CSS behind that of all pages. */
  readonly style?: string
}

/** The route to a document; whoever has it already gets 304. */
export function createDocumentRoute({ path, title, content }: ServedDocument): Route {
  let reply: Reply | undefined
  return kernelRoute(path, title, async () => {
    reply ??= tagged(replyOf(title, content()))
    return reply
  })
}

function replyOf(title: string, content: JsonContent | PageContent): TextReply {
  if ('html' in content) return page(title, content.html, content.style)
  const { json, content_type = 'application/json; charset=utf-8' } = content
  return { status: 200, content_type, body: JSON.stringify(json) }
}

function tagged(reply: TextReply): Reply {
  const etag = `"${createHash('sha256').update(reply.body).digest('base64url').slice(0, 22)}"`
  return { ...reply, headers: { ...reply.headers, etag, 'cache-control': 'no-cache' } }
}
