import { createSample, type Sample, sampleRoutes } from './sample-server.ts'

/** An answer, its JSON parsed if it is some. */
export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
  readonly body: any
}

type Headered = Readonly<Record<string, string>>

/** Sends a request to a server without a socket; a body that is no text or bytes goes as JSON. */
export async function send(
  sample: Sample,
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS',
  url: string,
  body?: unknown,
  headers: Headered = {},
): Promise<Got> {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined ? body : JSON.stringify(body)
  const type: Headered = payload === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await sample.server.inject({
    method,
    url,
    headers: { ...type, ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
  return {
    ...answer,
    body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(answer.text || 'null') : undefined,
  }
}

/** One server of the sample routes for tests that leave no traces in it. */
export const sample = createSample(sampleRoutes)
