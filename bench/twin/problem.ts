/** An error that the caller is to blame for, or should know of. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly members: Readonly<Record<string, unknown>>

  constructor(code: keyof typeof CODES, detail: string, members: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.status = CODES[code][0]
    this.code = code
    this.members = members
  }

  /** RFC 9457. */
  toBody(instance: string): object {
    const [status, title] = CODES[this.code as keyof typeof CODES]
    const { errors, ...members } = this.members
    return {
      type: `/docs/errors#${this.code}`,
      title,
      status,
      detail: this.message,
      instance,
      code: this.code,
      ...(errors ? { errors } : {}),
      ...members,
    }
  }
}

/** A problem of one field. */
export const fieldProblem = (code: keyof typeof CODES, field: string, detail: string, members: object = {}) =>
  new Problem(code, detail, { errors: [{ field, code, detail }], ...members })

export interface FieldError {
  readonly field: string
  readonly code: string
  readonly detail: string
}

/** Several wrong fields at once. */
export function invalidFields(errors: readonly FieldError[]): Problem {
  return new Problem('invalid_request', tellOf(errors), { errors })
}

function tellOf(errors: readonly FieldError[]): string {
  const told = errors.slice(0, 5).map(({ field, detail }) => `${field}: ${detail}`)
  const more = errors.length > told.length ? [`And ${errors.length - told.length} more.`] : []
  return [...told, ...more].join(' ')
}

/** A field's mistake that may be a problem of its own. */
export interface Mistake extends FieldError {
  readonly problem: keyof typeof CODES
}

/** Several of them: theirs if all are alike, else that the request is wrong if it is, else the first one's. */
export function severalMistakes(mistakes: readonly Mistake[]): Problem {
  const errors = mistakes.map(({ field, code, detail }) => ({ field, code, detail }))
  const [{ problem, detail } = { problem: 'invalid_request' as const, detail: '' }] = mistakes
  const isOneCode = problem !== 'invalid_request' && mistakes.every((mistake) => mistake.problem === problem)
  if (mistakes.length === 1 && isOneCode) return new Problem(problem, detail, { errors })
  if (!isOneCode && mistakes.every((mistake) => CODES[mistake.problem][0] === 400)) return invalidFields(errors)
  return new Problem(problem, tellOf(errors), { errors })
}

const CODES = {
  invalid_request: [400, 'Fields or parameters of the request are wrong.'],
  invalid_json: [400, 'The body is not JSON.'],
  body_required: [400, 'A body is needed.'],
  invalid_filter: [400, 'The filter is wrong.'],
  invalid_order: [400, 'The order is wrong.'],
  page_token_invalid: [400, 'The page token is not one of this list.'],
  id_mismatch: [400, 'The id in the body is not the one in the address.'],
  reference_not_found: [400, 'A field names a resource that does not exist.'],
  total_too_large: [400, 'The total is too large to be exact.'],
  duplicate_id: [400, 'An id is in one batch twice.'],
  precondition_not_supported: [400, 'This method takes no precondition.'],
  idempotency_key_invalid: [400, 'The Idempotency-Key is not a valid one.'],
  route_not_found: [404, 'Nothing lives at this path.'],
  not_found: [404, 'There is no such resource.'],
  already_exists: [409, 'The id, or another value that must be unique, is taken.'],
  pizza_sold_out: [409, 'The pizza is sold out for now.'],
  pizza_retired: [409, 'The pizza is not on the menu any more.'],
  extra_not_offered: [409, 'The pizza is not offered with that extra.'],
  other_currency: [409, 'An order is in one currency.'],
  etag_mismatch: [412, 'Somebody else wrote it since it was read.'],
  body_too_large: [413, 'The body is too large.'],
  unsupported_media_type: [415, 'The body comes in a form that is not taken here.'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used for another request.'],
  internal: [500, 'Something went wrong on this side.'],
} as const
