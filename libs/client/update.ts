import type { Client } from './client.ts'
import type { BodyOf, ParamsOf, PathsOf, ReplyOf } from './paths.ts'
import { pauseAfter, sleep } from './persist.ts'
import { Problem } from './problem.ts'
import type { CallOptions } from './request.ts'

type UpdatePaths = PathsOf<'get'> & PathsOf<'patch'>

/** How an update is made. */
export interface UpdateOptions extends Omit<CallOptions, 'headers'> {
  /** How often it is begun anew at most, because somebody else was faster; 10 unless told otherwise. */
  readonly rounds?: number | undefined
}

/**
 * Changes a resource by what it is now: reads it, has `merge` say what is to be changed, and writes that if nobody else has
 * written meanwhile; if somebody has, begins anew. Resolves to the resource as it is then. `merge` may be called several
 * times, and answers a patch, or nothing to leave things as they are. After the last round it throws the `etag_mismatch`.
 *
 * @example
 * await update(client, '/v1/sprockets/{sprocket_id}', { sprocket_id: '1' }, ({ teeth }) => ({ teeth: teeth + 1 }))
 */
export async function update<P extends UpdatePaths>(
  client: Client,
  path: P,
  params: ParamsOf<P>,
  merge: (current: ReplyOf<P, 'get'>) => BodyOf<P, 'patch'> | undefined | Promise<BodyOf<P, 'patch'> | undefined>,
  { rounds = 10, ...options }: UpdateOptions = {},
): Promise<ReplyOf<P, 'get'>> {
  // Each of these paths is read and patched as one resource, which the types know of each path, but not of all.
  const { get, patch } = client as unknown as Record<'get' | 'patch', (path: P, options: object) => Promise<Read<P>>>
  for (let round = 1; ; round++) {
    const { headers, body: current } = await get(path, { ...options, params })
    const body = await merge(current)
    if (body === undefined) return current
    try {
      const condition = { 'If-Match': headers.get('etag') ?? '' }
      return (await patch(path, { ...options, params, body, headers: condition })).body
    } catch (error) {
      if (!(error instanceof Problem && error.status === 412) || round >= rounds) throw error
      await sleep(pauseAfter(round, error, options.pause), options.signal ?? new AbortController().signal)
    }
  }
}

interface Read<P> {
  readonly headers: Headers
  readonly body: ReplyOf<P, 'get'>
}
