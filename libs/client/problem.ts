import type { Code } from './house.ts'

/** What is wrong with one field or parameter. */
export interface FieldProblem {
  /** `packages[0].pizza_id`, or the name of the parameter. */
  readonly field: string
  readonly code: string
  readonly detail: string
}

/** A request was refused: what RFC 9457 calls a problem. Thrown by every call whose answer has a status of 400 or more. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  /** Stable, made to be compared; `unknown` when the answer is not of these services, but of a proxy before them. */
  readonly code: Code | 'unknown' | (string & {})
  /** Where the code is explained, relative to the server. */
  readonly type: string
  readonly title: string
  /** What went wrong this time; also the message. */
  readonly detail: string
  /** Every field that is wrong. */
  readonly errors: readonly FieldProblem[]
  /** Under which the log of the server knows more. */
  readonly requestId: string | undefined
  /** Milliseconds after which another try is worth it, if the answer says so. */
  readonly retryAfter: number | undefined
  /** All members, with those that `detail` mentions. */
  readonly members: Readonly<Record<string, unknown>>

  constructor({ status, statusText, headers }: Response, members: Readonly<Record<string, unknown>>) {
    const textOf = (name: string, otherwise: string) => String(members[name] ?? otherwise)
    const title = textOf('title', statusText || `HTTP ${status}`)
    super(textOf('detail', title))
    this.status = status
    this.code = textOf('code', 'unknown')
    this.type = textOf('type', 'about:blank')
    this.title = title
    this.detail = this.message
    this.errors = Array.isArray(members.errors) ? members.errors : []
    this.requestId = headers.get('x-request-id') ?? undefined
    this.retryAfter = readRetryAfter(headers.get('retry-after'))
    this.members = members
  }
}

/** Reads the problem that an answer is. */
export async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text()
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
  return new Problem(response, isProblem ? membersOf(text) : {})
}

/** None if a proxy has cut or changed them. */
function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  const milliseconds = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds)
}
