import type { Document } from '../answer-check.ts'
import type { JsonSchema } from '../json-schema.ts'
import { collectionOf } from './known.ts'

/** One operation of a document, its references resolved. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** `/v1/sprockets/{sprocket_id}:polish`. */
  readonly path: string
  /** `sprockets`. */
  readonly collection: string
  readonly parameters: readonly Parameter[]
  readonly body: Body | undefined
  /** The names of the fields of the collection's resource. */
  readonly fields: readonly string[]
}

/** A parameter in the path, the query or a header. */
export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: JsonSchema
  readonly example?: unknown
}

/** A body as the document describes it: the first of its media types. */
export interface Body {
  readonly type: string
  readonly required: boolean
  readonly schema: JsonSchema
  readonly example: unknown
}

interface Described {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>
  }
}

/** Lists all operations of a document. */
export function listOperations(document: Document): readonly Operation[] {
  const whole = resolve(document, document)
  const resources = Object.values(schemasOf(whole))
  return Object.entries(whole.paths).flatMap(([path, item]) => {
    const collection = collectionOf(path)
    const resource = resources.find((schema) => schema['x-aep-resource']?.plural === lastCollectionOf(path))
    return Object.entries(item).map(([method, operation]): Operation => {
      const described = operation as unknown as Described
      return {
        id: described.operationId,
        method: method.toUpperCase(),
        path,
        collection,
        parameters: described.parameters ?? [],
        body: bodyOf(described),
        fields: Object.keys(resource?.properties ?? {}),
      }
    })
  })
}

/** `rentals` of `/v1/users/{user_id}/rentals`: what is answered. */
const lastCollectionOf = (path: string): string | undefined =>
  path
    .replace(/:.*$/, '')
    .split('/')
    .findLast((part) => !part.startsWith('{'))

function bodyOf({ requestBody }: Described): Body | undefined {
  if (!requestBody) return undefined
  const [type = '', content] = Object.entries(requestBody.content)[0] ?? []
  return { type, required: requestBody.required === true, schema: content?.schema ?? {}, example: content?.example }
}

interface Resource extends JsonSchema {
  readonly 'x-aep-resource'?: { readonly plural: string }
}

const schemasOf = ({ components }: Document): Readonly<Record<string, Resource>> =>
  (components as { readonly schemas?: Readonly<Record<string, Resource>> } | undefined)?.schemas ?? {}

/** A copy with what is referred to in the place of each reference; one that leads back into itself becomes `{}`. */
function resolve<T>(part: T, document: Document, trail: readonly string[] = []): T {
  if (Array.isArray(part)) return part.map((item) => resolve(item, document, trail)) as T
  if (typeof part !== 'object' || part === null) return part
  if ('$ref' in part && typeof part.$ref === 'string') {
    return trail.includes(part.$ref)
      ? ({} as T)
      : (resolve(follow(document, part.$ref), document, [...trail, part.$ref]) as T)
  }
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolve(value, document, trail)])) as T
}

const follow = (document: Document, pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((part, name) => Reflect.get(Object(part), name), document)
