import { formats } from '@mainspring/core'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'

/** The parts of an OpenAPI 3.1 document that say what is answered. */
export interface Document {
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components?: object
}

type PathItem = Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> } | undefined>>

interface Described {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>
  readonly content?: Readonly<Record<string, object>>
}

/** An answer as it came: `body` is parsed if it is JSON, undefined if there is none. */
export interface Answer<T = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

/** Throws an error that names every way in which an answer is not what the document promises. */
export type AnswerCheck = (method: string, path: string, answer: Answer) => void

/**
 * Makes the check of all answers that an OpenAPI document describes: status, media type, body and headers. Where it
 * describes nothing, an error must be a problem nevertheless, and under /v1 nothing else is answered.
 */
export function createAnswerCheck(document: Document): AnswerCheck {
  const operations = Object.entries(document.paths).map(([path, item]) => ({ path, item, pattern: toPattern(path) }))
  const validate = createSchemas(document)
  return (method, path, answer) => {
    const { path: template, item } = operations.find(({ pattern }) => pattern.test(pathOf(path))) ?? {}
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    const operation = item?.[verb]
    const described =
      template !== undefined && operation
        ? findDeviations(['paths', template, verb, 'responses'], operation.responses)
        : findUndescribed(path, answer)
    const deviations = [...described, ...findInProblem(answer)]
    if (deviations.length > 0) throw new Error(`${method} ${path} answered ${answer.status}: ${deviations.join('; ')}`)

    function findDeviations(
      pointer: readonly string[],
      responses: Readonly<Record<string, Described>>,
    ): readonly string[] {
      const described = responses[answer.status]
      if (!described)
        return [`only ${Object.keys(responses).join(', ')} are documented, ${JSON.stringify(answer.body)}`]
      const missing = Object.entries(described.headers ?? {})
        .filter(([name, { required }]) => required && !answer.headers.has(name))
        .map(([name]) => `the header ${name} is missing`)
      return [...missing, ...findInBody([...pointer, String(answer.status)], described)]
    }

    function findInBody(pointer: readonly string[], { content }: Described): readonly string[] {
      const type = mediaTypeOf(answer)
      if (content === undefined) return answer.body === undefined ? [] : ['it has a body, and none is documented']
      if (method === 'HEAD' || isMinimal(answer)) return []
      if (type === undefined || !(type in content))
        return [`it is ${type ?? 'untyped'}, documented is ${Object.keys(content)}`]
      return validate([...pointer, 'content', type, 'schema'], answer.body)
    }

    function findUndescribed(path: string, { status, body }: Answer): readonly string[] {
      const isResource = path.startsWith('/v1/') && method !== 'OPTIONS'
      if (status < 400) return isResource ? ['nothing is documented there'] : []
      if (method === 'HEAD') return []
      if (mediaTypeOf(answer) !== PROBLEM) return [`an error is ${PROBLEM}, this is ${mediaTypeOf(answer)}`]
      return validate(['components', 'schemas', 'Problem'], body)
    }
  }
}

const PROBLEM = 'application/problem+json'

/** A problem has the status that it is answered with (RFC 9457, section 3.1.2). */
function findInProblem(answer: Answer): readonly string[] {
  const { status = answer.status } = Object(answer.body)
  return mediaTypeOf(answer) === PROBLEM && status !== answer.status ? [`its problem says ${status}`] : []
}

/** Finds what is wrong with a value by the schema at a place in the document. */
function createSchemas(document: Document): (pointer: readonly string[], value: unknown) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats })
  ajvFormats.default(ajv, ['email', 'uri', 'uuid'])
  ajv.addSchema(withWholeResources(document), 'openapi')
  const compiled = new Map<string, ValidateFunction>()
  return (pointer, value) => {
    const $ref = `openapi#/${pointer.map((token) => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
    const validate = compiled.get($ref) ?? ajv.compile({ $ref })
    compiled.set($ref, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `body${instancePath} ${message}`)
  }
}

/**
 * The document as it holds for answers: a resource has all of its fields and no others. It cannot say so itself, because
 * the same schema describes what is sent.
 */
function withWholeResources(document: Document): Document {
  return JSON.parse(JSON.stringify(document), (_, value) => {
    if (typeof value !== 'object' || value === null || !('x-aep-resource' in value)) return value
    const sent = Object.entries(value.properties).filter(([, field]) => !Object(field).writeOnly)
    return { ...value, required: sent.map(([name]) => name), additionalProperties: false }
  })
}

/** A slash or a colon is none of a parameter's, encoded or not; nor is one that is encoded a part of the path. */
const toPattern = (template: string): RegExp =>
  new RegExp(
    `^${template
      .split(/\{\w+\}/)
      .map((part) => RegExp.escape(part))
      .join('(?:(?!%2[fF]|%3[aA])[^/:])+')}$`,
  )

/** Without the query. */
const pathOf = (path: string): string => path.replace(/[?#].*$/, '')

const mediaTypeOf = ({ headers }: Answer): string | undefined => headers.get('content-type')?.split(';')[0]?.trim()

/** OpenAPI cannot say that a body may be left out on demand. */
const isMinimal = ({ headers, body }: Answer): boolean =>
  body === undefined && headers.get('preference-applied') === 'return=minimal'
