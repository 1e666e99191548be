import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { createGunzip, gzip } from 'node:zlib'
import { kernelRoute } from './kernel-route.ts'
import { escapeHtml, htmlReply } from './page.ts'
import type { Reply, Request, Route } from './route.ts'

/**
 * The API reference, where every operation can be tried out: Scalar, from this server alone. Its script is read on the
 * first visit and kept compressed: 1.3 MB for those who look at it, nothing for the others.
 */
export function createReferenceRoutes(title: string): readonly Route[] {
  let script: Promise<Script> | undefined
  return [
    kernelRoute('/docs', 'The API reference', async () => describePage(title)),
    kernelRoute(SCRIPT_PATH, 'The script of the API reference', async (request) => {
      script ??= loadScript().catch((error) => {
        script = undefined
        throw error
      })
      return describeScript(await script, request)
    }),
  ]
}

const SCRIPT_PATH = '/docs/scalar.js'

/** Scripts from here alone; Scalar writes styles into elements, which no nonce covers. It may call this API and nobody else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Nothing of what Scalar would fetch from or send to its makers. */
const CONFIGURATION = {
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
}

const describePage = (title: string): Reply =>
  htmlReply(
    title,
    POLICY,
    `<body>
<script id="api-reference" data-configuration="${escapeHtml(JSON.stringify(CONFIGURATION))}"></script>
<script src="${SCRIPT_PATH}"></script>`,
  )

interface Script {
  readonly compressed: Buffer
  readonly etag: string
}

function describeScript({ compressed, etag }: Script, request: Request): Reply {
  const headers = { etag, vary: 'accept-encoding' }
  const content_type = 'text/javascript; charset=utf-8'
  if (request.header('accept-encoding')?.includes('gzip')) {
    return { status: 200, content_type, headers: { ...headers, 'content-encoding': 'gzip' }, body: compressed }
  }
  return { status: 200, content_type, headers, body: Readable.from([compressed]).pipe(createGunzip()) }
}

/** The package holds the script as one literal in its module; importing that would keep 4 MB as code and as text for good. */
async function loadScript(): Promise<Script> {
  const module = createRequire(import.meta.url).resolve('@scalar/fastify-api-reference')
  const literal = /^var standalone_default = (".*");$/m.exec(await readFile(module, 'utf8'))?.[1]
  if (literal === undefined) throw new Error(`${module} no longer holds the script of the API reference where it did.`)
  const compressed = await promisify(gzip)(runInNewContext(literal))
  return { compressed, etag: `"${createHash('sha256').update(compressed).digest('base64url').slice(0, 22)}"` }
}
