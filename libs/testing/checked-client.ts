import { type Answer, type AnswerCheck, createAnswerCheck, type Document } from './answer-check.ts'

/** What is sent besides method and path: an object goes as JSON, a text or bytes as they are. */
export interface Sent {
  readonly body?: object | string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Talks to a service over HTTP. Each method resolves to the answer, whatever its status. `T` is what the test takes the
 * body for; it is the document that was checked, not this type.
 */
export interface CheckedClient {
  readonly get: <T>(path: string, headers?: Sent['headers']) => Promise<Answer<T>>
  readonly post: <T>(path: string, body?: Sent['body'], headers?: Sent['headers']) => Promise<Answer<T>>
  readonly patch: <T>(path: string, body: Sent['body'], headers?: Sent['headers']) => Promise<Answer<T>>
  readonly put: <T>(path: string, body: Sent['body'], headers?: Sent['headers']) => Promise<Answer<T>>
  readonly delete: <T>(path: string, headers?: Sent['headers']) => Promise<Answer<T>>
  /** Sends any method. */
  readonly send: <T>(method: string, path: string, sent?: Sent) => Promise<Answer<T>>
}

/**
 * Creates a client for tests that holds every answer against the service's own /openapi.json: a status, media type, body
 * or missing header that the document does not promise is an error, which names the deviation.
 *
 * @example
 * const client = createCheckedClient('http://127.0.0.1:8000')
 * const { status, body } = await client.post<Sprocket>('/v1/sprockets', newSprocket())
 */
export function createCheckedClient(baseUrl: string): CheckedClient {
  let check: Promise<AnswerCheck> | undefined
  return {
    get: (path, headers = {}) => send('GET', path, { headers }),
    post: (path, body = {}, headers = {}) => send('POST', path, { body, headers }),
    patch: (path, body = {}, headers = {}) => send('PATCH', path, { body, headers }),
    put: (path, body = {}, headers = {}) => send('PUT', path, { body, headers }),
    delete: (path, headers = {}) => send('DELETE', path, { headers }),
    send,
  }

  async function send<T>(method: string, path: string, { body, headers }: Sent = {}): Promise<Answer<T>> {
    check ??= loadCheck(baseUrl)
    const checkAnswer = await check
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    })
    const answer = { status: response.status, headers: response.headers, body: await readBody(response) }
    checkAnswer(method, path, answer)
    return answer as Answer<T>
  }
}

/**
 * `fetch` with the same check of every answer, for clients that take one of their own. Of a stream of events the beginning
 * is checked, not what it says.
 *
 * @example
 * const client = createClient({ baseUrl, fetch: createCheckedFetch(baseUrl), attempts: 1 })
 */
export function createCheckedFetch(baseUrl: string): typeof fetch {
  let check: Promise<AnswerCheck> | undefined
  return async (...sent) => {
    check ??= loadCheck(baseUrl)
    const checkAnswer = await check
    const request = new Request(...sent)
    const response = await fetch(request)
    const { status, headers } = response
    const isStream = headers.get('content-type')?.startsWith('text/event-stream')
    const body = isStream ? '' : await readBody(response.clone())
    checkAnswer(request.method, new URL(request.url).pathname, { status, headers, body })
    return response
  }
}

/**
 * What a refusal that names one field has: the body of an answer, or what a client of `@mainspring/client` throws.
 *
 * @example
 * expect((await client.post('/v1/sprockets', { teeth: 0 })).body).toMatchObject(refusal(400, 'teeth', 'minimum'))
 */
export const refusal = (status: number, field: string, code?: string) => ({
  status,
  errors: [{ field, ...(code === undefined ? {} : { code }) }],
})

async function loadCheck(baseUrl: string): Promise<AnswerCheck> {
  const response = await fetch(`${baseUrl}/openapi.json`)
  return createAnswerCheck((await response.json()) as Document)
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  return /[/+]json\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
}
