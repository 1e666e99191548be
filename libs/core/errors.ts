/** What went wrong, in terms of the domain; the HTTP status and whether a retry helps follow from it, each in one place. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition'
  | 'too_many'
  | 'unavailable'

/** What is known of an error code before it is thrown. */
export interface ErrorCode {
  readonly kind: ErrorKind
  /** One sentence, the same at each occurrence. */
  readonly title: string
  /** Only where HTTP has a status of its own for it (405, 413, 415, …); else the kind decides. */
  readonly status?: number
}

/** The codes that a package may answer with, by code: it exports them as `codes`, and docs/errors.md is made from them. */
export type ErrorCodes = Readonly<Record<string, ErrorCode>>

/** One field that is wrong: its path in the request (`packages[0].pizza_id`), a stable code and a sentence for people. */
export interface FieldError {
  readonly field: string
  readonly code: string
  readonly detail: string
}

/**
 * What an error carries besides its code. `field` is short for one entry in `errors`.
 * Every other member is a value that the detail mentions; it reaches the caller under its own name.
 */
export interface ErrorDetails {
  readonly detail?: string
  readonly field?: string
  readonly errors?: readonly FieldError[]
  /** Seconds after which trying again may succeed. */
  readonly retry_after?: number
  readonly cause?: unknown
  readonly [member: string]: unknown
}

/**
 * The one error that a use case throws on purpose. Everything else that is thrown is a defect and says nothing to the outside.
 * `code` is stable, in snake_case, and stands in the table of codes in docs/errors.md.
 */
export class AppError extends Error {
  readonly kind: ErrorKind
  readonly code: string
  readonly errors: readonly FieldError[]
  readonly retry_after: number | undefined
  readonly members: Readonly<Record<string, unknown>>

  constructor(kind: ErrorKind, code: string, details: ErrorDetails = {}) {
    const { detail, field, errors, retry_after, cause, ...members } = details
    const sentence = detail ?? errors?.[0]?.detail ?? sentenceOf(code)
    super(sentence, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.kind = kind
    this.code = code
    this.errors = errors ?? (field === undefined ? [] : [{ field, code, detail: sentence }])
    this.retry_after = retry_after
    this.members = members
  }

  /** The same error seen from outside: each field gets a prefix (`requests[2]` makes `teeth` into `requests[2].teeth`). */
  within(prefix: string): AppError {
    const inner = this.errors.length > 0 ? this.errors : [{ field: '', code: this.code, detail: this.message }]
    return this.#about(inner.map((error) => ({ ...error, field: joinField(prefix, error.field) })))
  }

  /** The same error seen from inside, what `within` undone: `[0].teeth` is `teeth`; what is about the whole has no field. */
  outOf(prefix: string): AppError {
    const inner = this.errors.map((error) => ({ ...error, field: withoutPrefix(prefix, error.field) }))
    return this.#about(inner.filter(({ field }) => field !== ''))
  }

  #about(errors: readonly FieldError[]): AppError {
    return new AppError(this.kind, this.code, {
      ...this.members,
      detail: this.code === SEVERAL ? describeFields(errors) : this.message,
      errors,
      ...(this.retry_after === undefined ? {} : { retry_after: this.retry_after }),
      cause: this.cause ?? this,
    })
  }
}

/** The code of an error that is about several fields, each of which has a code of its own. */
const SEVERAL = 'invalid_request'

/** The request itself is wrong, whatever the state of the service: 400. */
export const invalid = (code: string, details?: ErrorDetails) => new AppError('invalid', code, details)
/** There is no such thing: 404. */
export const notFound = (code: string, details?: ErrorDetails) => new AppError('not_found', code, details)
/** Right in itself, but not in the present state: 409. */
export const conflict = (code: string, details?: ErrorDetails) => new AppError('conflict', code, details)
/** The caller's picture of the resource is out of date: 412. */
export const precondition = (code: string, details?: ErrorDetails) => new AppError('precondition', code, details)
/** Something that the service needs is away or overloaded; the same call may succeed later: 503. */
export const unavailable = (code: string, details?: ErrorDetails) =>
  new AppError('unavailable', code, { retry_after: 1, ...details })

/** Several wrong fields at once: one `invalid` whose code is `invalid_request`. */
export const invalidFields = (errors: readonly FieldError[]) =>
  new AppError('invalid', 'invalid_request', { errors, detail: describeFields(errors) })

/**
 * Does all of the work and only then throws, so that whoever asked is told of every error at once, not of the first.
 * `placeOf` says where an item stands: it goes before the fields of its errors.
 */
export function collectErrors<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => R,
  placeOf: (index: number) => string = (index) => `[${index}]`,
): readonly R[] {
  const results: R[] = []
  const failures: AppError[] = []
  for (const [index, item] of items.entries()) {
    try {
      results.push(work(item, index))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      failures.push(error.within(placeOf(index)))
    }
  }
  if (failures.length > 0) throw asOne(failures)
  return results
}

/**
 * The same for two pieces of work of which each gives something else.
 *
 * @example
 * const [phones, prices] = collectBoth(() => checkPhones(order), () => priceOrder(order))
 */
export const collectBoth = <A, B>(one: () => A, other: () => B): readonly [A, B] =>
  collectErrors<() => A | B, A | B>(
    [one, other],
    (work) => work(),
    () => '',
  ) as unknown as readonly [A, B]

/** For `catch`: throws an error on, its fields seen from outside. What is no AppError goes on as it is. */
export const rethrowWithin =
  (prefix: string) =>
  (error: unknown): never => {
    throw error instanceof AppError ? error.within(prefix) : error
  }

/** For `catch`: throws an error on, its fields seen from inside; what `rethrowWithin` does, undone. */
export const rethrowOutOf =
  (prefix: string) =>
  (error: unknown): never => {
    throw error instanceof AppError ? error.outOf(prefix) : error
  }

/** One error for several: theirs if they are all alike, else `invalid_request` if the request is to blame, else the first one's. */
function asOne(failures: readonly AppError[]): unknown {
  const [first] = failures
  if (!first || failures.length === 1) return first
  const errors = failures.flatMap((failure) => failure.errors)
  const isInvalid = failures.every(({ kind }) => kind === 'invalid')
  const isOneCode = failures.every(({ code }) => code === first.code)
  if (isInvalid && !(isOneCode && first.code !== SEVERAL)) return invalidFields(errors)
  return new AppError(first.kind, first.code, { errors, detail: describeFields(errors) })
}

/** Nobody reads more than a few in one sentence. */
function describeFields(errors: readonly FieldError[]): string {
  const sentences = errors.slice(0, 5).map(({ field, detail }) => (field ? `${field}: ${detail}` : detail))
  return [...sentences, ...(errors.length > 5 ? [`And ${errors.length - 5} more.`] : [])].join(' ')
}

/** Joins two parts of a field's path: `a` and `b` give `a.b`, `a` and `[0]` give `a[0]`. */
export function joinField(prefix: string, field: string): string {
  if (prefix === '' || field === '') return prefix + field
  return field.startsWith('[') ? prefix + field : `${prefix}.${field}`
}

const withoutPrefix = (prefix: string, field: string): string =>
  field.startsWith(prefix) ? field.slice(prefix.length).replace(/^\./, '') : field

function sentenceOf(code: string): string {
  const words = code.replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
