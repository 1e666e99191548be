import { AppError, type ErrorCode, type ErrorCodes, type ErrorKind } from '@mainspring/core'
import { httpCodes } from './codes.ts'

/** An error as RFC 9457 sends it. */
export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

/** The media type of every error. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** All that may be answered: the server's own codes and these; a code that is declared twice stops the start. */
export function mergeCodes(catalogues: readonly ErrorCodes[]): ErrorCodes {
  const merged: Record<string, ErrorCode> = { ...httpCodes }
  for (const [code, entry] of catalogues.flatMap((catalogue) => Object.entries(catalogue))) {
    if (merged[code] && merged[code] !== entry) throw new Error(`The error code ${code} is declared twice.`)
    merged[code] = entry
  }
  return merged
}

/** The status of an error: its code's own one, else its kind's. */
export const statusOf = (kind: ErrorKind, entry: ErrorCode | undefined): number => entry?.status ?? STATUSES[kind]

const STATUSES: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition: 412,
  too_many: 429,
  unavailable: 503,
}

/** Turns whatever was thrown into a problem. What is no AppError is a defect: 500, and not a word of it. */
export function toProblem(error: unknown, requestId: string, codes: ErrorCodes): Problem {
  const { kind, code, errors, members, message: detail, retry_after } = error instanceof AppError ? error : internal
  const status = statusOf(kind, codes[code])
  const standard = {
    type: `/docs/errors#${code}`,
    title: codes[code]?.title ?? detail,
    status,
    detail,
    instance: requestId,
    code,
    ...(errors.length > 0 ? { errors } : {}),
  }
  return {
    status,
    headers: retry_after === undefined ? {} : { 'retry-after': String(Math.ceil(retry_after)) },
    // Twice: the standard members come first, and no other takes their name.
    body: { ...standard, ...members, ...standard },
  }
}

const internal = new AppError('unavailable', 'internal', {
  detail: 'Something went wrong on this side. The log says what, under the request id.',
})
