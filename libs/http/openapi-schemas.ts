import type { Schema } from '@mainspring/core'

/** Collects the schemas that have a name while a document is written. */
export interface Schemas {
  /** The schema as it stands in the document: every part with an `$id` became a component, and is a reference here. */
  readonly refer: (schema: Schema) => object
  /** The components so far, by name. */
  readonly components: () => object
}

/** Makes an empty collection. Two schemas under one `$id` must be alike. */
export function createSchemas(): Schemas {
  const byName = new Map<string, unknown>()
  return { refer: (schema) => write(schema) as object, components: () => Object.fromEntries([...byName].toSorted()) }

  function write(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(write)
    if (typeof part !== 'object' || part === null) return part
    const written = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, write(value)]))
    return typeof written.$id === 'string' ? name(written.$id, written) : written
  }

  function name($id: string, { $id: _, ...component }: Record<string, unknown>): unknown {
    const known = byName.get($id)
    if (known && JSON.stringify(known) !== JSON.stringify(component)) throw new Error(`Two schemas are called ${$id}.`)
    byName.set($id, component)
    return { $ref: `#/components/schemas/${$id}` }
  }
}
