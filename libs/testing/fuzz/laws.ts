import type { Answer, AnswerCheck } from '../answer-check.ts'
import type { Exchange } from './wire.ts'

/** What was asked, as far as the laws look at it. */
export interface Asked {
  readonly method: string
  /** Path and query as they were sent. */
  readonly target: string
  readonly isLoose: boolean
}

/** Says in which ways what came back breaks the laws that hold for every request, however wrong. */
export function findBreaches(
  { method, target, isLoose }: Asked,
  exchange: Exchange,
  check: AnswerCheck,
): readonly string[] {
  const { answers, rest, isHung } = exchange
  return [
    ...(isHung ? ['no answer came in time'] : []),
    ...(rest === '' ? [] : [`something came that is no answer: ${JSON.stringify(rest.slice(0, 200))}`]),
    ...(isLoose || isHung || answers.length === 1 ? [] : [`${answers.length} answers came to one request`]),
    ...answers.flatMap((answer) => [...findInAnswer(answer), ...findInDocument(answer)]),
  ]

  function findInDocument(answer: Answer): readonly string[] {
    const isLoosely = isLoose || PROTOCOL_CODES.has(codeOf(answer))
    try {
      // What is no HTTP belongs to no operation: an error is a problem, and what else it may be nobody can say.
      if (!isLoosely) check(method, normalised(target), answer)
      else if (answer.status >= 400 && method !== 'HEAD') check(method, '/', answer)
      return []
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  }

  function findInAnswer(answer: Answer): readonly string[] {
    const { status, headers, body } = answer
    const id = headers.get('x-request-id')
    const problem: { readonly status?: unknown; readonly instance?: unknown } = Object(body)
    const isProblem = headers.get('content-type')?.startsWith('application/problem+json') && method !== 'HEAD'
    return [
      ...(status >= 500 ? [`it answered ${status}: ${JSON.stringify(body)}`] : []),
      ...(method === 'HEAD' && body !== undefined && !PROTOCOL_CODES.has(codeOf(answer))
        ? ['an answer to HEAD has a body']
        : []),
      ...(id ? [] : ['the header x-request-id is missing']),
      ...(isProblem && problem.status !== status ? [`the problem says ${problem.status}, the answer ${status}`] : []),
      ...(isProblem && problem.instance !== id
        ? [`the problem names the request ${problem.instance}, the header ${id}`]
        : []),
    ]
  }
}

/** What is refused before anybody knows which operation was meant; no operation documents them. */
const PROTOCOL_CODES = new Set(['malformed_request', 'headers_too_large', 'request_timeout'])

const codeOf = ({ body }: Answer): string => String(Object(body).code)

/** A target as the server understands it: without an origin, and without percent-encoding where that makes no difference. */
function normalised(target: string): string {
  const isAbsolute = /^https?:/i.test(target) && URL.canParse(target)
  const [path = '', ...query] = (isAbsolute ? target.replace(/^\w+:\/\/[^/?#]+/, '') : target).split('?')
  try {
    return [decodeURI(path), ...query].join('?')
  } catch {
    return target
  }
}
