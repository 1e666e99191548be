import { objectSchema, type Schema } from '@mainspring/core'
import type { EventType } from './event.ts'

/** Where the schema of an event's data is served. */
export const schemaPathOf = ({ type, version }: EventType): string => `/schemas/${type}/${version}`

/**
 * What an envelope calls the schema of its data. CloudEvents wants a URI with a scheme, and an event outlives the addresses
 * of servers: so this names the path alone, which is the same on each of them.
 */
export const schemaUriOf = (event: EventType): string => `mainspring:${schemaPathOf(event)}`

/** The version in what an envelope calls its schema; 0 if there is none. */
export const versionIn = (uri: string): number => Number(/\/(\d+)$/.exec(uri)?.[1] ?? 0)

/**
 * The JSON Schema of what an event says, as those who receive it hold it to: members that they do not know are let through,
 * at any depth, because a newer emitter may have added them.
 */
export const dataSchemaOf = ({ fields }: EventType): Schema => without(['additionalProperties'], objectSchema(fields))

/** The same as a document by itself. */
export const schemaDocumentOf = (event: EventType): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: schemaUriOf(event),
  title: event.type,
  description: event.description,
  ...dataSchemaOf(event),
})

/** The keywords by which one schema holds another. */
interface Shape {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly required?: readonly string[]
}

/** A value without the members that its schema does not name; a copy, all the way down. */
export function knownPart(schema: Schema, value: unknown): unknown {
  const { properties, items }: Shape = schema
  if (Array.isArray(value)) return value.map((item) => knownPart(items ?? {}, item))
  if (typeof value !== 'object' || value === null || !properties) return value
  const known = Object.entries(properties).filter(([name]) => Object.hasOwn(value, name))
  return Object.fromEntries(known.map(([name, part]) => [name, knownPart(part, Reflect.get(value, name))]))
}

/** A schema without some keywords, at any depth, as plain data. What it requires is sorted, since the order says nothing. */
export function without(keywords: readonly string[], schema: Schema): Schema {
  const { properties, items, required }: Shape = schema
  const kept = Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword))
  const parts = properties && Object.entries(properties).map(([name, part]) => [name, without(keywords, part)])
  return {
    ...Object.fromEntries(kept),
    ...(parts ? { properties: Object.fromEntries(parts) } : {}),
    ...(items ? { items: without(keywords, items) } : {}),
    ...(required ? { required: required.toSorted() } : {}),
  }
}
