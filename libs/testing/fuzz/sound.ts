import fc from 'fast-check'
import { arbitraryValue } from '../arbitrary-value.ts'
import type { JsonSchema } from '../json-schema.ts'
import { csvBodies } from './csv.ts'
import type { Draft, Header } from './draft.ts'
import { filters, orders } from './filters.ts'
import type { Known } from './known.ts'
import type { Body, Operation, Parameter } from './operations.ts'

/** A request that waits for what the fuzz will know when it is its turn. */
export type Making = (known: Known) => Draft

/** Damage to a body before it is text; without it a body is as the document wants it. */
export type ValueDamage = (value: unknown) => unknown

/**
 * Arbitrary requests for an operation as its document wants them: resources that are there, values that the schemas allow
 * or give as examples, conditions that hold. The rules that only the service knows may refuse one all the same.
 */
export function soundRequests(operation: Operation, damages?: fc.Arbitrary<ValueDamage>): fc.Arbitrary<Making> {
  const made = fc
    .record({
      path: paths(operation),
      query: parametersIn(operation, 'query'),
      headers: parametersIn(operation, 'header'),
      body: bodies(operation, damages ?? fc.constant((value) => value)),
    })
    .map(({ path, query, headers, body }): Making => {
      return (known) => {
        const place = path(known)
        return {
          method: operation.method,
          path: place,
          query: query.map(([name, value]) => `${encode(name)}=${encode(value(known, place))}`),
          headers: [...headers.map(([name, value]): Header => [name, value(known, place)]), ...typeOf(operation)],
          ...(body ? { body: body(known) } : {}),
        }
      }
    })
  return operation.parameters.some(({ name }) => name === 'page_token')
    ? fc.oneof({ weight: 3, arbitrary: made }, nextPages(operation))
    : made
}

const encode = (text: string): string => encodeURIComponent(text.toWellFormed())

const typeOf = ({ body }: Operation): readonly Header[] => (body ? [['Content-Type', body.type]] : [])

const choice = fc.nat({ max: 1_000 })

const newIds = fc.stringMatching(/^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/)

/** Mostly a resource that is there; where one may be made, often one that is not. */
function paths({ path, method, collection }: Operation): fc.Arbitrary<(known: Known) => string> {
  const fill = (id: string) => path.replace(/\{\w+\}/, id)
  const there = choice.map((number) => (known: Known) => fill(known.id(collection, number)))
  const anew = newIds.map((id) => () => fill(id))
  return fc.oneof({ weight: method === 'PUT' ? 1 : 12, arbitrary: there }, anew)
}

type Told = readonly [name: string, value: (known: Known, place: string) => string]

function parametersIn(operation: Operation, place: string): fc.Arbitrary<readonly Told[]> {
  const described = operation.parameters.filter(
    (parameter) => parameter.in === place && parameter.name !== 'page_token',
  )
  // Of three that may be given about one is.
  const all = described.map((parameter) =>
    fc
      .tuple(fc.nat({ max: parameter.required ? 0 : 2 }), valuesOf(parameter, operation))
      .map(([lot, value]): readonly Told[] => {
        return lot === 0 ? [[parameter.name, value]] : []
      }),
  )
  return fc.tuple(...all).map((told) => told.flat())
}

/** Some parameters mean the same on every resource. */
function valuesOf(parameter: Parameter, { fields }: Operation): fc.Arbitrary<Told[1]> {
  switch (parameter.name) {
    case 'filter':
      return filters(fields).map((text) => () => text)
    case 'order_by':
      return orders(fields).map((text) => () => text)
    case 'Idempotency-Key':
      return fc.oneof({ weight: 4, arbitrary: fc.uuid() }, fc.constantFrom('a', 'b', '"a"')).map((key) => () => key)
    case 'If-Match':
    case 'If-None-Match':
      return fc.constantFrom('*', undefined).map((tag) => (known, place) => tag ?? known.etag(resourceAt(place)))
    case 'Prefer':
      return fc.constant(() => 'return=minimal')
    default:
      return fc
        .oneof(arbitraryValue(parameter.schema), fc.constant(parameter.example))
        .map((value) => () => String(value ?? '').replaceAll(/[^\x20-\x7e]/g, '-'))
  }
}

/** `sprockets/1` of `/v1/sprockets/1:polish`. */
const resourceAt = (place: string): string => place.replace(/^\/v\d+\//, '').replace(/:.*/, '')

function nextPages({ path }: Operation): fc.Arbitrary<Making> {
  return choice.map((number) => (known) => {
    const [place = path, query = ''] = (known.link(number) ?? path).split('?')
    return { method: 'GET', path: place, query: query === '' ? [] : query.split('&'), headers: [] }
  })
}

function bodies(
  operation: Operation,
  damages: fc.Arbitrary<ValueDamage>,
): fc.Arbitrary<((known: Known) => Buffer) | undefined> {
  const { body } = operation
  if (!body) return fc.constant(undefined)
  if (body.type === 'text/csv') {
    const unknown = typeof body.example === 'string' ? body.example : operation.fields.join(',')
    return csvBodies().map((write) => (known) => Buffer.from(write(known.table(operation.collection) ?? unknown)))
  }
  if (body.type.startsWith('image/'))
    return fc.constantFrom(PICTURE, PICTURE.subarray(0, 50)).map((picture) => () => picture)
  const made = fc.tuple(valuesIn(body), choice, damages).map(
    ([value, number, damage]) =>
      (known: Known) =>
        toText(damage(settle(value, operation, known, number))),
  )
  return body.required ? made : fc.option(made, { nil: undefined })
}

/** A PNG of one pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Nothing at all is an empty body. */
const toText = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? '')

/** The example, what the schema allows, and the one with parts of the other: what belongs together stays so in an example. */
function valuesIn({ schema, example }: Body): fc.Arbitrary<unknown> {
  const allowed = arbitraryValue(schema)
  if (example === undefined) return allowed
  const shifted = fc.nat({ max: 100_000 }).map((distance) => shift(example, schema, distance))
  const mixed = fc.tuple(allowed, fc.nat()).map(([value, lot]) => mix(example, value, lot))
  return fc.oneof(fc.constant(example), { weight: 2, arbitrary: shifted }, mixed, { weight: 2, arbitrary: allowed })
}

/** All numbers moved alike, so that what increases goes on doing so, and free text told apart: nothing is where another was. */
function shift(value: unknown, schema: JsonSchema, distance: number): unknown {
  if (typeof value === 'number') return value + distance
  if (typeof value === 'string') return isFree(schema) ? `${value} ${distance}` : value
  if (Array.isArray(value)) return value.map((item) => shift(item, schema.items ?? {}, distance))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, shift(part, schema.properties?.[name] ?? {}, distance)]),
  )
}

const isFree = ({ type, enum: values, pattern, format, maxLength = 100 }: JsonSchema): boolean =>
  type !== undefined && values === undefined && pattern === undefined && format === undefined && maxLength >= 100

function mix(example: unknown, value: unknown, lot: number): unknown {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return lot % 2 === 0 ? example : value
  return Object.fromEntries(
    Object.entries(example).map(([name, part], index) => {
      const other: unknown = Reflect.get(Object(value), name)
      return [name, other === undefined || (lot >> index) % 2 === 0 ? part : other]
    }),
  )
}

/** Puts what is there in the place of ids and tags: resources to change, and those that a field refers to. */
function settle(value: unknown, operation: Operation, known: Known, number: number): unknown {
  if (Array.isArray(value)) return value.map((item, index) => settle(item, operation, known, number + index))
  if (typeof value !== 'object' || value === null) return value
  const settled = Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
    if (name === 'id') return idFor(part, operation, known, number)
    if (name === 'etag')
      return [[name, known.etag(`${operation.collection}/${known.id(operation.collection, number)}`)]]
    if (name.endsWith('_id') && typeof part === 'string')
      return [[name, known.idLike(name.slice(0, -3), number + name.length)]]
    return [[name, settle(part, operation, known, number)]]
  })
  return Object.fromEntries(settled)
}

/** In an entry of a batch an id names a resource; where something is made it would be taken soon, so it mostly is left out. */
function idFor(part: unknown, { path, collection }: Operation, known: Known, number: number): [string, unknown][] {
  if (/:(?!batch-create)/.test(path)) return [['id', known.id(collection, number)]]
  return number % 4 === 0 && !path.includes('{') ? [['id', part]] : []
}
