import { createHash } from 'node:crypto'
import type { ErrorCodes } from '@mainspring/core'
import { fieldCodes } from './field-errors.ts'
import { kernelRoute } from './kernel-route.ts'
import type { Info, OpenApi } from './openapi.ts'
import { escapeHtml, page } from './page.ts'
import { statusOf } from './problem.ts'
import type { Reply, Route } from './route.ts'

/** The routes that explain the others: the entrance, the document, the reference and the table of errors. */
export function createDocRoutes(info: Info, codes: ErrorCodes, openapi: OpenApi): readonly Route[] {
  let document: Reply | undefined
  return [
    kernelRoute('/', 'Where to go from here', async () => describeEntrance(info)),
    kernelRoute('/openapi.json', 'The OpenAPI document', async () => {
      document ??= tagged(JSON.stringify(openapi), 'application/json; charset=utf-8')
      return document
    }),
    kernelRoute('/docs/errors', 'The table of errors', async () => describeErrors(codes)),
  ]
}

/** Text that does not change while the process runs. */
function tagged(body: string, content_type: string): Reply {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return { status: 200, content_type, headers: { etag, 'cache-control': 'no-cache' }, body }
}

function describeEntrance({ title, version, services }: Info): Reply {
  const links = [
    ['/docs', 'the reference, to read and to try out'],
    ['/openapi.json', 'the same for machines (OpenAPI 3.1)'],
    ['/docs/errors', 'what each error means'],
    ['/readyz', 'whether it can work right now'],
    ['/status', 'what is running'],
  ].map(([path, text]) => `<li><a href="${path}">${path}</a>: ${text}`)
  const list = services.map(({ name, description }) => `<li><b>${escapeHtml(name)}</b>: ${escapeHtml(description)}`)
  return page(`${title} ${version}`, `<ul>${list.join('\n')}</ul>\n<ul>${links.join('\n')}</ul>`)
}

function describeErrors(codes: ErrorCodes): Reply {
  const rows = Object.entries(codes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, entry]) =>
        `<tr id="${code}"><td><code>${code}</code><td>${statusOf(entry.kind, entry)}<td>${escapeHtml(entry.title)}`,
    )
  const fields = Object.entries(fieldCodes).map(
    ([code, text]) => `<tr id="field-${code}"><td><code>${code}</code><td>${escapeHtml(text)}`,
  )
  return page(
    'Errors',
    `<table><tr><th>code<th>status<th>meaning\n${rows.join('\n')}</table>
<h2>Fields</h2>
<p>What <code>errors[].code</code> says of one field or parameter, besides the codes above.
<table><tr><th>code<th>meaning\n${fields.join('\n')}</table>`,
  )
}
