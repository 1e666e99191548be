import { keyless } from './house.ts'
import type { Patience } from './persist.ts'

/** What every call may be told. */
export interface CallOptions extends Patience {
  /** `If-Match`, `Prefer`, an `Idempotency-Key` of one's own, and what else is to be sent. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What is known of a call when it is made: the types have made sure that it fits its path. */
export interface Call extends CallOptions {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly upload?: string | Blob | Uint8Array<ArrayBuffer> | FormData
  readonly contentType?: string
}

/** A call as it goes to `fetch`, the same each time. */
export interface Prepared {
  readonly url: string
  readonly init: RequestInit
  /** Sending it twice does what sending it once does. */
  readonly isRepeatable: boolean
}

/** Prepares a call; a write that takes an Idempotency-Key gets one, unless it has its own. */
export function prepare(
  baseUrl: string,
  method: string,
  path: string,
  { params = {}, query = {}, body, upload, contentType, headers }: Call,
): Prepared {
  const sent = new Headers(headers)
  const isKeyed = method === 'patch' || (method === 'post' && !keyless.has(path))
  if (isKeyed && !sent.has('idempotency-key')) sent.set('idempotency-key', createKey())
  if (upload !== undefined && contentType !== undefined) sent.set('content-type', contentType)
  else if (body !== undefined) sent.set('content-type', method === 'patch' ? MERGE_PATCH : 'application/json')
  return {
    url: `${baseUrl}${fill(path, params)}${writeQuery(query)}`,
    init: {
      // `patch` is the one method that fetch does not spell in capitals by itself.
      method: method.toUpperCase(),
      headers: sent,
      ...(upload !== undefined ? { body: upload } : body !== undefined ? { body: JSON.stringify(body) } : {}),
    },
    isRepeatable: method !== 'post' || isKeyed,
  }
}

const MERGE_PATCH = 'application/merge-patch+json'

/** Random enough never to come twice. Unlike `randomUUID` it is there in pages that came without TLS, too. */
const createKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Segments of dots, which a URL cannot have, however they are written: they would lead to what is above. */
const DOTS = /^\.{1,2}$/

const fill = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    if (!value || DOTS.test(value)) throw new Error(`${path} needs ${name}.`)
    return encodeURIComponent(value)
  })

function writeQuery(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  if (given.length === 0) return ''
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`
}
