/** Nobody answers there, or somebody who is no such server. */
export class NoAnswer extends Error {}

/** The server refused what was asked for, and said why. */
export class Refused extends Error {}

/** Asks a server; resolves to the body of its answer. Throws `NoAnswer` and `Refused`. */
export type Ask = <T>(method: 'GET' | 'POST', path: string, sent?: Sent) => Promise<T>

/** What is sent besides; undefined is left out. */
export interface Sent {
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: object
}

/** Milliseconds that an answer is waited for; to treat very many dead letters takes a while. */
const PATIENCE = 60_000

/** Makes what asks the operations of the server at this URL. */
export function createAsk(url: string): Ask {
  return async <T>(method: 'GET' | 'POST', path: string, { query = {}, body }: Sent = {}): Promise<T> => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))
    const where = `${url}/v1/operations/${path}${search.size > 0 ? `?${search}` : ''}`
    const response = await fetch(where, {
      method,
      signal: AbortSignal.timeout(PATIENCE),
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    }).catch((error: unknown) => {
      throw new NoAnswer(`No server answers at ${url} (${reasonOf(error)}); --url names another one.`)
    })
    const answer = await response.json().catch(() => undefined)
    if (response.ok && isObject(answer)) return answer as T // as /openapi.json says
    if (isObject(answer) && 'detail' in answer && 'code' in answer) throw new Refused(String(answer.detail))
    throw new NoAnswer(`${url} answers ${response.status}, but not as a server of these services; --url names another.`)
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  const code = isObject(cause) && 'code' in cause ? String(cause.code) : undefined
  return code || (cause instanceof Error ? cause.message : error.message)
}
