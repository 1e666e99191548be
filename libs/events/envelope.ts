import {
  type AppError,
  createValidator,
  type Fields,
  factsOf,
  type IdSource,
  invalid,
  invalidFields,
  objectSchema,
  type Schema,
  type TraceContext,
  toTimestamp,
  unavailable,
  type Validator,
} from '@mainspring/core'
import { type DataOf, type EventType, type Said, sourceOf, subjectOf } from './event.ts'
import { knownPart, schemaUriOf, versionIn } from './schema.ts'

/**
 * An event on its way: CloudEvents 1.0 (https://github.com/cloudevents/spec), with its extensions for the request that
 * caused it and for distributed tracing.
 */
export interface Envelope<D = unknown> {
  /** UUIDv7; with `source`, one event's own for ever. */
  readonly id: string
  /** The service that emitted it: `/snacks`. */
  readonly source: string
  readonly type: string
  readonly specversion: '1.0'
  /** The path of the resource that it happened to. */
  readonly subject: string
  /** When it was emitted. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** What describes `data`, with its version: `mainspring:/schemas/snacks.order_placed/1`. */
  readonly dataschema: string
  readonly data: D
  readonly requestid?: string
  readonly traceparent?: string
  readonly tracestate?: string
}

/** An event as a listener gets it: checked, with what its type says. */
export type EventOf<E> = Envelope<DataOf<E>>

/** What caused an event: handed on from the request to everything that follows from it. */
export interface Origin extends TraceContext {
  readonly requestid?: string | undefined
}

/** What caused what follows from an event. */
export const originOf = ({ requestid, traceparent, tracestate }: Envelope): Origin => ({
  requestid,
  traceparent,
  tracestate,
})

/** Bytes of an envelope, all of it; whoever has more to say puts it where it can be fetched. */
export const LARGEST_EVENT = 65_536

/** Makes the envelope of an event. Throws `invalid_request` naming each field of the data that is wrong. */
export function createEnvelope<F extends Fields>(
  event: EventType<F>,
  said: Said<F>,
  { newId, now, origin }: { readonly newId: IdSource; readonly now: number; readonly origin: Origin },
): EventOf<EventType<F>> {
  const { isFlat, validate, source, dataschema, subjectIn } = knownOf(event)
  // Defaults are put into a copy; one that goes deeper, where there may be some, costs more than the rest of this.
  const data = isFlat ? { ...said } : structuredClone(said)
  const errors = validate(data)
  if (errors.length > 0) throw invalidFields(errors)
  const { requestid, traceparent, tracestate } = origin
  return {
    id: newId(),
    source,
    type: event.type,
    specversion: '1.0',
    subject: subjectIn(data),
    time: toTimestamp(now),
    datacontenttype: 'application/json',
    dataschema,
    data: data as DataOf<EventType<F>>, // checked above
    ...(requestid === undefined ? {} : { requestid }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  }
}

/** The text of an envelope. Throws `event_too_large`. */
export function writeEnvelope(envelope: Envelope): string {
  const text = JSON.stringify(envelope)
  // Three bytes are the most that a UTF-16 unit takes, so most are known to be small without being encoded.
  const bytes = text.length * 3 <= LARGEST_EVENT ? 0 : Buffer.byteLength(text)
  if (bytes <= LARGEST_EVENT) return text
  const detail = `A ${envelope.type} has ${bytes} bytes; ${LARGEST_EVENT} are the most that an event may have.`
  throw invalid('event_too_large', { detail, bytes })
}

/**
 * An event as somebody who declares it understands it: members that a newer emitter added are left out, those that an older
 * one did not know are null or their default. Throws `event_invalid`, naming what is wrong; `event_too_new` if it is of a later
 * version, which may allow more: while processes are replaced one by one, it is worth another try.
 */
export function understand<E extends EventType>(event: E, envelope: Envelope): EventOf<E> {
  const { schema, validate } = knownOf(event)
  if (typeof envelope.data !== 'object' || envelope.data === null || Array.isArray(envelope.data)) {
    throw notUnderstood(event, envelope, 'data: Must be an object.')
  }
  const data = knownPart(schema, envelope.data)
  const errors = validate(data)
  if (errors.length > 0) {
    throw notUnderstood(event, envelope, errors.map(({ field, detail }) => `${field}: ${detail}`).join(' '))
  }
  return { ...envelope, data: data as DataOf<E> } // checked above
}

function notUnderstood({ version }: EventType, { type, id, dataschema }: Envelope, reason: string): AppError {
  const detail = `The event ${id} is no ${type} as it is known here. ${reason}`
  return versionIn(dataschema) > version
    ? unavailable('event_too_new', { detail })
    : invalid('event_invalid', { detail })
}

/** What is the same for all events of a type, worked out once. */
interface Known {
  readonly schema: Schema
  /** Whether no field holds others: a list of numbers or texts does not. */
  readonly isFlat: boolean
  readonly validate: Validator
  readonly source: string
  readonly dataschema: string
  readonly subjectIn: (data: object) => string
}

const known = new WeakMap<EventType, Known>()

function knownOf(event: EventType): Known {
  const made = known.get(event)
  if (made) return made
  const schema = objectSchema(event.fields)
  const all: Known = {
    schema,
    isFlat: Object.values(event.fields).every((field) => isPlain(factsOf(field).schema)),
    validate: createValidator(schema, 'body'),
    source: `/${sourceOf(event)}`,
    dataschema: schemaUriOf(event),
    subjectIn: subjectOf(event),
  }
  known.set(event, all)
  return all
}

/** Whether a value has no parts, or only such as have none. */
function isPlain({ type, items }: { readonly type?: string | readonly string[]; readonly items?: Schema }): boolean {
  const types = [type].flat()
  return !types.includes('object') && !(types.includes('array') && items && !isPlain(items))
}
