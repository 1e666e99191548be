import { createHash } from 'node:crypto'
import type { Reply } from './route.ts'

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ccc }
:target { background: #fff3bf }
@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } a { color: #8ab4f8 } :target { background: #443c14 } }
`

/** Nothing but the one style sheet, known by its hash, and no script. */
const policyFor = (style: string): string =>
  `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'`

/**
 * A plain page for people. `body` is HTML: what comes from outside must have gone through `escapeHtml`. `style` is CSS of its
 * own.
 */
export function page(title: string, body: string, style = ''): TextReply {
  const sheet = `${STYLE}${style}`
  return htmlReply(title, policyFor(sheet), `<style>${sheet}</style>\n<h1>${escapeHtml(title)}</h1>\n${body}`)
}

/** A reply whose body is text. */
export type TextReply = Reply & { readonly body: string }

/** A page under a content security policy of its own; the same holds for its `content`. */
export function htmlReply(title: string, policy: string, content: string): TextReply {
  return {
    status: 200,
    content_type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': policy },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
${content}
</html>
`,
  }
}

/** Text as it may stand in HTML and in attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
