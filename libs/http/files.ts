import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { notFound, text } from '@mainspring/core'
import { kernelRoute } from './kernel-route.ts'
import type { Reply, Request, Route } from './route.ts'

/** Files in folders of a folder, none of which ever changes under its name. */
export interface Files {
  /** What their paths begin with: `/media`. */
  readonly path: string
  readonly folder: string
  /** What the rest of a path is like (`ab/cdef.webp`), from its first to its last character; anything else is not there. */
  readonly names: RegExp
  readonly content_type: string
}

/**
 * Serves files to whoever asks, whole or a range of them, to be kept for good. Nothing but what is named as expected and lies
 * in the folder itself is found: no `..`, however it is written, and no symbolic link.
 */
export function filesRoute({ path, folder, names, content_type }: Files): Route {
  return {
    ...kernelRoute(`${path}/{shard}/{file}`, 'A file', serve),
    params: { shard: text(), file: text() },
  }

  async function serve(request: Request): Promise<Reply> {
    const name = `${request.params.shard}/${request.params.file}`
    const found = names.test(name) ? await openFile(folder, name) : undefined
    if (!found) throw notFound('route_not_found', { detail: `Nothing lives at ${request.path}.` })
    const { file, bytes } = found
    const etag = `"${basename(name)}"`
    const range = rangeOf(request, etag, bytes)
    if (range === 'none') {
      await file.close()
      return { status: 416, headers: { 'content-range': `bytes */${bytes}` } }
    }
    const { start, end } = range ?? { start: 0, end: bytes - 1 }
    return {
      status: range ? 206 : 200,
      headers: {
        ...HEADERS,
        etag,
        'content-length': String(end - start + 1),
        ...(range ? { 'content-range': `bytes ${start}-${end}/${bytes}` } : {}),
      },
      content_type,
      body: file.createReadStream({ start, end }),
    }
  }
}

/** Opened on its own it must never run, whatever a browser takes it for. */
const HEADERS = {
  'cache-control': 'public, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; sandbox",
  'accept-ranges': 'bytes',
}

/** Undefined when there is nothing, or no file, or an empty one. */
async function openFile(folder: string, name: string): Promise<{ file: FileHandle; bytes: number } | undefined> {
  try {
    const parent = await realpath(join(folder, dirname(name)))
    if (parent !== join(await realpath(folder), dirname(name))) return undefined
    const file = await open(join(parent, basename(name)), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const stat = await file.stat()
    if (stat.isFile() && stat.size > 0) return { file, bytes: stat.size }
    await file.close()
    return undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT.has(String(error.code))) return undefined
    throw error
  }
}

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/**
 * The bytes that are asked for (RFC 9110, section 14), by GET alone: undefined for all of them, also when several ranges
 * are, `none` when they are behind the end.
 */
function rangeOf(request: Request, etag: string, bytes: number): { start: number; end: number } | 'none' | undefined {
  if (request.method !== 'GET') return undefined
  const condition = request.header('if-range')
  if (request.header('if-none-match') !== undefined || (condition !== undefined && condition !== etag)) return undefined
  const asked = /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(request.header('range')?.trim() ?? '')?.groups
  const { first = '', last = '' } = asked ?? {}
  if (first === '' && last === '') return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  return start > end ? 'none' : { start, end }
}
