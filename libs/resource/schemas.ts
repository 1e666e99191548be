import { type Field, factsOf, id, isRequired, objectSchema, type Schema } from '@mainspring/core'
import { type Entity, isWritable, pathField, type RowOf } from '@mainspring/data'
import { withArticle } from './article.ts'

/** The schemas of one entity, as requests are checked and as the document shows them. */
export interface Schemas {
  /** The resource: what is answered, and in the document also what is sent. */
  readonly resource: Schema
  /** A whole resource in a request: defaults are taken, what the service owns is let through to be ignored. */
  readonly write: Schema
  /** What POST and PUT take: `write`, or the body that the service states, with the id and what the service owns. */
  readonly body: Schema
  /** The same for the document. */
  readonly described_body: Schema
  /** A merge patch: every field optional, null allowed; what the service owns is let through to be ignored. */
  readonly patch: Schema
  /** The same for the document, where what the service owns is as it is in the resource. */
  readonly described_patch: Schema
}

/** The type of a resource, as AEP names it: `{service}.mainspring/{singular}`. A stated body replaces it as what POST and PUT take. */
export function schemasOf(service: string, entity: Entity, stated?: Schema): Schemas {
  const { all_fields, type_name, singular, collection, description } = entity
  const sent = Object.entries(all_fields).filter(([, field]) => !factsOf(field).options.input_only)
  const parameter = parameterOf(singular)
  const aep = {
    type: `${service}.mainspring/${singular}`,
    singular,
    plural: collection,
    patterns: [`${collection}/{${parameter}}`],
  }
  const resource = {
    $id: type_name,
    type: 'object',
    ...(description ? { description } : {}),
    'x-aep-resource': aep,
    properties: { id: all_fields.id, path: pathField, ...all_fields },
    required: sent.filter(([name, field]) => name !== 'id' && isRequired(field)).map(([name]) => name),
  }
  const patch = patchSchema(entity, () => ({}))
  const described_patch = {
    $id: `${type_name}Patch`,
    description: `A merge patch (RFC 7396) of ${withArticle(singular)}: what is absent stays, null restores the default.`,
    'x-aep-resource': aep,
    ...patchSchema(entity, (field) => field),
  }
  const write = writeSchema(entity)
  if (!stated) return { resource, write, body: write, described_body: resource, patch, described_patch }
  const described_body = {
    $id: `${type_name}Body`,
    description: `What makes or replaces ${withArticle(singular)}.`,
    'x-aep-resource': aep,
    ...withOwned(stated, { id: all_fields.id ?? id(), ...ownedFields(entity) }),
  }
  return {
    resource,
    write,
    body: withOwned(stated, { id: id(), ...ignored(entity) }),
    described_body,
    patch,
    described_patch,
  }
}

/** The path parameter of a resource: `sprocket_id`. */
export const parameterOf = (singular: string): string => `${singular.replaceAll('-', '_')}_id`

function withOwned(body: Schema, owned: Readonly<Record<string, Schema>>): Schema {
  const { properties, ...rest }: ObjectSchema = body
  return { ...rest, properties: { ...owned, ...properties } }
}

/** Reads of a checked body what may be applied: the fields of a stated body, else those of the entity that a client may write. */
export function inputReader(entity: Entity, body?: Schema): (sent: object) => Record<string, unknown> {
  if (!body) return (sent) => writable(entity, sent)
  const { properties = {} }: ObjectSchema = body
  const applied = new Set(['id', ...Object.keys(properties)])
  return (sent) => pick(sent, (name) => applied.has(name))
}

/** Makes of a row what may be sent: all of it, unless some fields are only ever taken in. */
export function presenterOf(entity: Entity): (row: RowOf<unknown>) => object {
  const hidden = Object.keys(entity.fields).filter((name) => isInputOnly(entity.fields[name]))
  if (hidden.length === 0) return (row) => row
  return (row) => Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.includes(name)))
}

const isInputOnly = (field: Field | undefined): boolean =>
  field !== undefined && factsOf(field).options.input_only === true

/** Only what a client may write, and the id. */
const writable = ({ fields }: Entity, body: object): Record<string, unknown> =>
  pick(body, (name) => {
    const field = fields[name]
    return name === 'id' || (field !== undefined && isWritable(field))
  })

function pick(values: object, isWanted: (name: string) => boolean): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const name of Object.keys(values)) if (isWanted(name)) picked[name] = Reflect.get(values, name)
  return picked
}

function writeSchema(entity: Entity): Schema {
  const mine = Object.entries(entity.all_fields).filter(([name, field]) => name !== 'id' && isWritable(field))
  const schema = objectSchema(Object.fromEntries(mine))
  return {
    ...schema,
    properties: {
      id: id(),
      ...Object.fromEntries(mine),
      ...ignored(entity),
    },
  }
}

function ownedFields(entity: Entity): Readonly<Record<string, Field>> {
  const owned = Object.entries(entity.all_fields).filter(([, field]) => !isWritable(field))
  return { path: pathField, ...Object.fromEntries(owned) }
}

/** What the service owns: let through, and never applied. */
const ignored = (entity: Entity): Readonly<Record<string, Schema>> =>
  Object.fromEntries(Object.keys(ownedFields(entity)).map((name) => [name, {}]))

function patchSchema(entity: Entity, owned: (field: Schema) => Schema): Schema {
  const parts = Object.entries({ ...entity.all_fields, path: pathField }).map(([name, field]): [string, Schema] => {
    if (!isWritable(field)) return [name, owned(field)]
    return [name, name === 'id' ? field : patchOf(factsOf(field).schema)]
  })
  return { type: 'object', properties: Object.fromEntries(parts), additionalProperties: false }
}

interface ObjectSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
}

/** A schema as a patch of it: members optional all the way down, null allowed. */
function patchOf(schema: Schema): Schema {
  // A default in a patch would overwrite what is there.
  const { type, enum: values, properties, default: _, ...rest }: ObjectSchema = schema
  if (type === 'object' && properties) {
    const members = Object.entries(properties).map(([name, part]): [string, Schema] => [name, patchOf(part)])
    return { type: ['object', 'null'], properties: Object.fromEntries(members), additionalProperties: false }
  }
  return { ...rest, type: [type, 'null'], ...(values ? { enum: [...values, null] } : {}) }
}
