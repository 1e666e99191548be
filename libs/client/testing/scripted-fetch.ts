import { createClient } from '../client.ts'

type Scripted = Response | Error | ((request: Request) => Response | Promise<Response>)

/** A client whose server answers from a script, one after the other, and what it was asked. */
export function createScripted(...script: readonly Scripted[]) {
  const asked: Request[] = []
  const fetch = async (...sent: Parameters<typeof globalThis.fetch>): Promise<Response> => {
    const request = new Request(...sent)
    const next = script[asked.length]
    asked.push(request)
    if (next === undefined) throw new Error(`Nothing is scripted for request ${asked.length}.`)
    if (next instanceof Error) throw next
    return next instanceof Response ? next : next(request)
  }
  return { asked, client: createClient({ baseUrl: 'http://house.test/', pause: 1, fetch }) }
}

export const answer = (body: object, headers: Readonly<Record<string, string>> = {}, status = 200): Response =>
  Response.json(body, { status, headers })

export const refusal = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify({ type: `/docs/errors#${code}`, title: 'No.', status, detail: 'Not so.', code }), {
    status,
    headers: { 'content-type': 'application/problem+json', 'x-request-id': 'r-1', ...headers },
  })

export const unreachable = (): Error => new TypeError('fetch failed')
