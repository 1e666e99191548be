import { createValidator, type FieldError, invalid, invalidFields, type Log } from '@mainspring/core'
import { CheckedRequest, type RawRequest } from './checked-request.ts'
import { uploadTypes } from './form.ts'
import { parseJson } from './json.ts'
import { isTaken, isText, JSON_TYPE } from './media.ts'
import { createParameterReader } from './parameters.ts'
import { parseQuery } from './query.ts'
import type { Body, Route, Upload } from './route.ts'
import { pathOf, queryOf } from './target.ts'
import { bodyRequired } from './upload.ts'

/** Makes of what came over the wire a checked request, or throws with all that is wrong with it at once. */
export type InputReader = (raw: RawRequest) => CheckedRequest

/** Makes the reader of a route's requests; `log` is the parent of each request's own. */
export function createInputReader(route: Route, log: Log): InputReader {
  const readParams = createParameterReader(route.params ?? {}, 'path')
  const readQuery = createQueryReader(route)
  const readHeaders = createHeaderReader(route)
  const readBody = createContentReader(route)
  return (raw) => {
    const url = raw.raw.url ?? '/'
    const query = readQuery(queryOf(url))
    const body = readBody(raw)
    const errors = join(join(readParams(raw.params), query.errors), join(readHeaders(raw), body.errors))
    if (errors.length > 0) throw invalidFields(errors)
    return new CheckedRequest(raw, pathOf(url), query.value, body.value, log)
  }
}

/** What was read in one place, and what is wrong with it. */
interface Part<T> {
  readonly value: T
  readonly errors: readonly FieldError[]
}

type Values = Readonly<Record<string, unknown>>

const NONE: readonly FieldError[] = []
const NOTHING: Part<Values> = { value: Object.freeze({}), errors: NONE }

/** Two lists of errors, which are nearly always empty, as one. */
function join(some: readonly FieldError[], others: readonly FieldError[]): readonly FieldError[] {
  if (others.length === 0) return some
  return some.length === 0 ? others : [...some, ...others]
}

function createQueryReader({ query }: Route): (text: string) => Part<Values> {
  const read = createParameterReader(query ?? {}, 'query')
  return (text) => {
    if (text === '' && !query) return NOTHING
    const { values, errors } = text === '' ? { values: {}, errors: NONE } : parseQuery(text)
    return { value: values, errors: join(errors, read(values)) }
  }
}

function createHeaderReader({ headers }: Route): (raw: RawRequest) => readonly FieldError[] {
  if (!headers) return () => NONE
  const declared = Object.keys(headers).map((name) => ({ name, sent: name.toLowerCase() }))
  const read = createParameterReader(headers, 'headers')
  return (raw) => {
    const values: Record<string, unknown> = {}
    for (const { name, sent } of declared) {
      const value = raw.headers[sent]
      if (value !== undefined) values[name] = value
    }
    return read(values)
  }
}

function createContentReader({ body, upload }: Route): (raw: RawRequest) => Part<unknown> {
  if (body) return createBodyReader(body)
  return upload ? createUploadReader(upload) : () => NOTHING
}

/** Of an upload that is still to come, what it says of itself. */
function createUploadReader(upload: Upload): (raw: RawRequest) => Part<unknown> {
  return (raw) => {
    const { 'content-length': length, 'transfer-encoding': transfer } = raw.headers
    if (transfer === undefined && Number(length ?? 0) === 0) throw bodyRequired(upload)
    checkForm(raw, uploadTypes(upload))
    return NOTHING
  }
}

function createBodyReader({
  schema,
  media_types: taken = [JSON_TYPE],
  optional,
}: Body): (raw: RawRequest) => Part<unknown> {
  const validate = createValidator(schema, 'body')
  return (raw) => {
    const bytes = raw.body
    if (bytes === undefined || bytes.length === 0) {
      if (!optional) throw invalid('body_required', { detail: `A body is needed, as ${taken.join(' or ')}.` })
      const value = {}
      return { value, errors: validate(value) }
    }
    checkForm(raw, taken)
    const value = parseJson(bytes)
    return { value, errors: validate(value) }
  }
}

function checkForm({ headers }: RawRequest, taken: readonly string[]): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw invalid('unsupported_media_type', { detail: `A body encoded as ${encoding} is not taken: send it as it is.` })
  }
  if (!isTaken(headers['content-type'], taken)) {
    const sent = headers['content-type'] ?? 'without Content-Type'
    throw invalid('unsupported_media_type', {
      detail: `A body ${sent} is not taken: send ${taken.join(' or ')}${taken.every(isText) ? ', in UTF-8' : ''}.`,
    })
  }
}
