import { type Field, type Fields, factsOf, type ObjectOf, type Value } from '@mainspring/core'

/** A kind of event, as the service that emits it declares it. */
export interface EventType<F extends Fields = Fields> {
  /** The service and what happened, in the past: `rentals.return_completed`. */
  readonly type: string
  readonly description: string
  /** Raised when fields are added. None is ever renamed or removed, and none that is added is required. */
  readonly version: number
  /** The resource that it happened to, its id or its path taken from a field: `rentals/{rental_id}`. */
  readonly subject: string
  /** What it says. */
  readonly fields: F
}

type Options<F> = F extends Field<unknown, infer O> ? O : never
type Absentable<F> = {
  [K in keyof F]: Options<F[K]> extends { readonly optional: true } | { readonly default: unknown } ? K : never
}[keyof F]

/** What is given to emit an event; what is optional or has a default may be absent. */
export type Said<F> = { readonly [K in Exclude<keyof F, Absentable<F>>]: Value<F[K]> } & {
  readonly [K in Extract<keyof F, Absentable<F>>]?: Value<F[K]>
}

/** What an event said, as its listeners get it. */
export type DataOf<E> = E extends EventType<infer F> ? ObjectOf<F> : never

/** What an event type states besides its fields. */
export interface EventOptions<F> {
  /**
   * The path of the resource that it happened to, `orders/{order_id}`, or `{path}` if a field has it whole; events of one
   * subject arrive in the order in which they were committed.
   */
  readonly subject: `${string}/{${keyof F & string}}` | `{${keyof F & string}}`
  readonly description: string
  readonly version?: number
}

/**
 * Declares an event. Its fields are spelled out here, not taken from an entity: a changed column must not change what
 * others rely on.
 *
 * @example
 * export const OrderPlaced = event(
 *   'snacks.order_placed',
 *   { order_id: id(), total_minor: minorAmount(), currency_code: currency() },
 *   { subject: 'orders/{order_id}', description: 'An order was accepted for cooking and its price fixed.' },
 * )
 */
export function event<const F extends Fields>(
  type: string,
  fields: F,
  { subject, description, version = 1 }: EventOptions<F>,
): EventType<F> {
  if (!TYPE.test(type)) throw new Error(`An event is called like snacks.order_placed, not ${type}.`)
  const taken = /\{(\w+)\}$/.exec(subject)?.[1]
  const field = taken === undefined ? undefined : fields[taken]
  if (!field || factsOf(field).options.optional) {
    throw new Error(`${type} takes its subject, ${subject}, from a field that it always has.`)
  }
  const owned = Object.keys(fields).find((name) => fields[name] && factsOf(fields[name]).options.output_only)
  if (owned !== undefined)
    throw new Error(`${type} cannot have ${owned} as output only: an event says what it is given.`)
  return { type, fields, subject, description, version }
}

const TYPE = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$/

/** The service that emits it. */
export const sourceOf = ({ type }: Pick<EventType, 'type'>): string => type.slice(0, type.indexOf('.'))

/** Finds the subject of an event of this type in what it says: `rentals/4711`. */
export function subjectOf({ subject }: EventType): (data: object) => string {
  const begin = subject.indexOf('{')
  const [path, field] = [subject.slice(0, begin), subject.slice(begin + 1, -1)]
  return (data) => path + String(Reflect.get(data, field))
}
