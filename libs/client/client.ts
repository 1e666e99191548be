import type { Method, OptionsOf, PathsOf, ReplyOf, Rest } from './paths.ts'
import { type Patience, persist } from './persist.ts'
import { readProblem } from './problem.ts'
import { type Call, prepare } from './request.ts'
import { UnexpectedAnswer } from './unexpected-answer.ts'

/** An answer whose status is below 400; others are thrown as a `Problem`. */
export interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  /** Undefined where the answer is empty: 204, and 304 to who sent `If-None-Match`. */
  readonly body: T
}

type Send<M extends Method> = <P extends PathsOf<M>>(
  path: P,
  ...options: Rest<OptionsOf<P, M>>
) => Promise<Answer<ReplyOf<P, M>>>

/** Calls the services. Paths are as the document has them, with `params` in their braces. */
export interface Client {
  readonly get: Send<'get'>
  readonly post: Send<'post'>
  readonly put: Send<'put'>
  readonly patch: Send<'patch'>
  readonly delete: Send<'delete'>
  /** A GET whose answer is not read: for what is long. The deadline is for its beginning; the signal also ends what is read. */
  readonly open: <P extends PathsOf<'get'>>(path: P, ...options: Rest<OptionsOf<P, 'get'>>) => Promise<Response>
}

/** What a client is made with; its patience is that of calls which state none. */
export interface ClientOptions extends Omit<Patience, 'signal'> {
  /** Where the services are: `https://api.example.com`. In a page that comes from there, nothing. */
  readonly baseUrl?: string | undefined
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** In place of the platform's. */
  readonly fetch?: typeof fetch | undefined
}

/**
 * Makes a client. A call that is refused throws a `Problem`; one that nobody answers throws as `fetch` does, one that takes
 * too long a `TimeoutError`, and what is no answer of the services an `UnexpectedAnswer`. What may do no harm twice is tried
 * again before that.
 *
 * @example
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8000' })
 * const { body } = await client.post('/v1/sprockets', { body: { teeth: 5, pitch_diameter: 5, outside_diameter: 6, pitch: 1 } })
 */
export function createClient(options: ClientOptions = {}): Client {
  const { baseUrl = '', headers: common, fetch: send = fetch, ...patience } = options
  const root = baseUrl.replace(/\/$/, '')
  return {
    get: caller('get'),
    post: caller('post'),
    put: caller('put'),
    patch: caller('patch'),
    delete: caller('delete'),
    open: (path, ...[call]) => ask('get', path, call, (response) => response),
  }

  function caller<M extends Method>(method: M): Send<M> {
    return (path, ...[call]) => ask(method, path, call, read<ReplyOf<typeof path, M>>)
  }

  async function ask<T>(
    method: Method,
    path: string,
    call: Call = {},
    take: (response: Response) => Promise<T> | T,
  ): Promise<T> {
    const prepared = prepare(root, method, path, { ...call, headers: { ...common, ...call.headers } })
    const attempt = async (signal: AbortSignal) => {
      const response = await send(prepared.url, { ...prepared.init, signal })
      if (response.status >= 400) throw await readProblem(response)
      return take(response)
    }
    return persist(attempt, { ...patience, ...call, ...(prepared.isRepeatable ? {} : { attempts: 1 }) })
  }
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const { status, headers } = response
  const text = await response.text()
  const type = headers.get('content-type') ?? ''
  // No service answers a page to a call.
  if (type.startsWith('text/html')) throw new UnexpectedAnswer(response, text)
  const body = text === '' ? undefined : /[/+]json\b/.test(type) ? parse(response, text) : text
  // The document says what it is.
  return { status, headers, body: body as T }
}

function parse(response: Response, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UnexpectedAnswer(response, text, { cause })
  }
}
