import type { OpenApi } from '@mainspring/http'

/** What is read of a JSON Schema. */
interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly description?: string
  readonly readOnly?: boolean
  readonly writeOnly?: boolean
  readonly 'x-aep-resource'?: object
}

interface Media {
  readonly schema?: Schema
  readonly 'x-events'?: Readonly<Record<string, Schema>>
}

interface Operation {
  readonly summary: string
  readonly deprecated?: boolean
  readonly parameters?: readonly {
    readonly name?: string
    readonly in?: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: Schema
  }[]
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/**
 * Whether what is written is sent or answered. A resource has one schema for both, and two types: whoever sends it leaves
 * out what the service owns and may leave out what has a default; an answer has all of it.
 */
type Way = 'sent' | 'answered'

/** Writes the types of the client from the document: each resource as it is answered and as it is sent, each path with its methods. */
export function writeClientTypes(openapi: OpenApi): string {
  const { paths, components }: Document = JSON.parse(JSON.stringify(openapi))
  const named = new Map<string, string>()
  const methods = Object.entries(paths).map(([path, item]) => member(path, block(Object.entries(item).map(operation))))
  const keyless = Object.entries(paths).flatMap(([path, { post }]) => (post && !isRepeatable(path, post) ? [path] : []))
  return [
    '// Written by `npm run client` from what the services say of themselves.',
    ...[...named].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text),
    `/** What a problem may be called. */\nexport type Code = ${listCodes(paths).map(literal).join(' | ')}`,
    `/** Every path with its methods. */\nexport interface Paths ${block(methods)}`,
    `/** Where a POST takes no Idempotency-Key though it changes something, so that it is not sent again by itself. */
export const keyless: ReadonlySet<string> = new Set([\n${keyless.map((path) => `  ${literal(path)},\n`).join('')}])\n`,
  ].join('\n\n')

  function operation([method, described]: readonly [string, Operation]): string {
    const { summary, deprecated, requestBody } = described
    const comment = docstring(
      deprecated ? `${summary}. @deprecated For clients that know nothing else.` : `${summary}.`,
    )
    const parts = [query(described), requestBody && body(requestBody), reply(described)].filter((part) => part)
    return `${comment}readonly ${method}: ${block(parts as string[])}`
  }

  function query({ parameters = [] }: Operation): string | undefined {
    const wanted = parameters.filter((parameter) => parameter.in === 'query')
    if (wanted.length === 0) return undefined
    const fields = wanted.map(
      ({ name = '', required, description, schema = {} }) =>
        `${docstring(description)}${member(name, typeOf(schema, 'sent'), required ? 'always' : 'maybe sent')}`,
    )
    return member('query', block(fields), wanted.some(({ required }) => required) ? 'always' : 'maybe')
  }

  function body({ required, content }: NonNullable<Operation['requestBody']>): string {
    const [[type, { schema }]] = Object.entries(content) as [[string, Media]]
    if (!type.endsWith('json')) return member('upload', Object.keys(content).map(literal).join(' | '))
    return member('body', typeOf(schema ?? {}, 'sent'), required ? 'always' : 'maybe')
  }

  function reply({ responses }: Operation): string {
    const { content = {} } = responses['200'] ?? responses['201'] ?? {}
    const [[type, { schema = {}, 'x-events': events }]] = [...Object.entries(content), ['', {}]] as [[string, Media]]
    if (events) {
      const said = Object.entries(events).map(([name, data]) => member(name, typeOf(data, 'answered')))
      return member('events', block(said))
    }
    return member('reply', type === '' ? 'undefined' : typeOf(schema, 'answered'))
  }

  function typeOf(schema: Schema, way: Way): string {
    const { $ref, type, enum: values, items, allOf, anyOf = schema.oneOf } = schema
    if ($ref !== undefined) return nameOf($ref.replace('#/components/schemas/', ''), way)
    if ('const' in schema) return literal(schema.const)
    if (values) return values.map(literal).join(' | ')
    if (allOf) return allOf.map((part) => typeOf(part, way)).join(' & ')
    if (anyOf) return anyOf.map((part) => typeOf(part, way)).join(' | ')
    if (Array.isArray(type)) return type.map((one: string) => typeOf({ ...schema, type: one }, way)).join(' | ')
    if (type === 'array') return arrayOf(items ?? {}, way)
    if (type === 'object') return objectOf(schema, way)
    return type === undefined ? 'unknown' : (SCALARS[String(type)] ?? refuse(schema))
  }

  function arrayOf(items: Schema, way: Way): string {
    const item = typeOf(items, way)
    const isOne = /^\w+$/.test(item) || items.type === 'object'
    return `readonly ${isOne ? item : `(${item})`}[]`
  }

  function objectOf({ properties, required = [], additionalProperties, ...schema }: Schema, way: Way): string {
    if (!properties) {
      const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties, way) : 'unknown'
      return `Readonly<Record<string, ${values}>>`
    }
    const isWhole = way === 'answered' && 'x-aep-resource' in schema
    const parts = Object.entries(properties).filter(([, { readOnly, writeOnly }]) =>
      way === 'sent' ? !readOnly : !writeOnly,
    )
    const absent = way === 'sent' ? 'maybe sent' : 'maybe'
    return block(
      parts.map(([name, part]) => {
        const presence = isWhole || required.includes(name) ? 'always' : absent
        return `${docstring(part.description)}${member(name, typeOf(part, way), presence)}`
      }),
    )
  }

  /** The name of a component's type, which is written when it is first asked for. */
  function nameOf(component: string, way: Way): string {
    const schema = components.schemas[component] ?? {}
    const isBoth = 'x-aep-resource' in schema && !/(Body|Patch)$/.test(component)
    const name = way === 'sent' && isBoth ? `${component}Body` : component
    if (!named.has(name)) {
      named.set(name, '')
      const description = name === component ? schema.description : `What makes or replaces: ${schema.description}`
      const text = typeOf(schema, way)
      const isInterface = text.startsWith('{') && text.endsWith('}')
      const declared = isInterface ? `export interface ${name} ${text}` : `export type ${name} = ${text}`
      named.set(name, `${docstring(description ?? spoken(name))}${declared}`)
    }
    return name
  }
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** `FailedAttempt` as words. */
const spoken = (name: string): string => `${name.replaceAll(/(?<!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}.`

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : JSON.stringify(value)

/** A member that is there always, or maybe; of what is sent, `undefined` is as good as nothing. */
function member(name: string, type: string, presence: 'always' | 'maybe' | 'maybe sent' = 'always'): string {
  const key = /^[a-z_]\w*$/i.test(name) ? name : literal(name)
  return `readonly ${key}${presence === 'always' ? '' : '?'}: ${type}${presence === 'maybe sent' ? ' | undefined' : ''}`
}

const block = (members: readonly string[]): string =>
  members.length === 0 ? '{}' : `{\n${members.join('\n').replaceAll(/^(?=.)/gm, '  ')}\n}`

const docstring = (text: string | undefined): string =>
  text === undefined ? '' : `/** ${text.replaceAll('*/', '*\\/').replaceAll(/\s+/g, ' ')} */\n`

const isRepeatable = (path: string, { parameters = [] }: Operation): boolean =>
  path.endsWith(':batch-get') || parameters.some(({ name }) => name === 'Idempotency-Key')

/** Every code that some answer may carry. */
function listCodes(paths: Document['paths']): readonly string[] {
  const codes = new Set<string>()
  for (const { responses } of Object.values(paths).flatMap((item) => Object.values(item))) {
    for (const { content } of Object.values(responses)) {
      const parts = content?.['application/problem+json']?.schema?.allOf ?? []
      for (const { properties } of parts) for (const code of properties?.code?.enum ?? []) codes.add(String(code))
    }
  }
  return [...codes].toSorted()
}

function refuse(schema: Schema): never {
  throw new Error(`The client has no type for ${JSON.stringify(schema)}.`)
}
