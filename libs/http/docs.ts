import { type ErrorCodes, fieldCodes } from '@mainspring/core'
import { createDocumentRoute, type ServedDocument } from './document.ts'
import { kernelRoute } from './kernel-route.ts'
import type { Info, OpenApi } from './openapi.ts'
import { escapeHtml, page } from './page.ts'
import { statusOf } from './problem.ts'
import type { Reply, Route } from './route.ts'

/**
 * The routes that explain the others: the entrance, the document, the table of errors, and what else there is to read. The
 * document is made again when somebody wants it: until then it would be much to keep.
 */
export function createDocRoutes(
  info: Info,
  codes: ErrorCodes,
  describe: () => OpenApi,
  documents: readonly ServedDocument[],
): readonly Route[] {
  const entrance = describeEntrance(info, describe(), documents)
  return [
    kernelRoute('/', 'Where to go from here', async () => entrance),
    kernelRoute('/docs/errors', 'The table of errors', async () => describeErrors(codes)),
    createDocumentRoute({
      path: '/openapi.json',
      title: 'The OpenAPI document',
      content: () => ({ json: describe() }),
    }),
    ...documents.map(createDocumentRoute),
  ]
}

function describeEntrance(
  { title, version, services }: Info,
  { paths }: OpenApi,
  documents: readonly ServedDocument[],
): Reply {
  const collections = Object.entries(paths).filter(([path, { get }]) => get && !path.includes('{'))
  const list = services.map(({ name, description }) => {
    const own = collections.filter(([, { get }]) => get?.tags.includes(name))
    return `<dt>${escapeHtml(name)}<dd>${escapeHtml(description)} ${own.map(([path]) => link(path)).join(', ')}`
  })
  const more = documents.flatMap(({ path, introduction }) =>
    introduction === undefined ? [] : [`<li>${link(path)}: ${escapeHtml(introduction)}\n`],
  )
  return page(
    title,
    `<p>Version ${escapeHtml(version)}
<dl>${list.join('\n')}</dl>
<ul>
<li>${link('/docs')}: the reference, to read and to try out
<li>${link('/openapi.json')}: the same for machines (OpenAPI 3.1)
<li>${link('/docs/errors')}: what each error means
${more.join('')}<li>${link('/readyz')}: whether it can work right now
<li>${link('/status')}: what is running
</ul>`,
  )
}

const link = (path: string): string => `<a href="${escapeHtml(path)}">${escapeHtml(path)}</a>`

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
