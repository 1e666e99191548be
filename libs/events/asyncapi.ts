import type { Schema } from '@mainspring/core'
import { type EventType, sourceOf } from './event.ts'
import { exampleEnvelope } from './example.ts'
import type { Listener } from './listener.ts'
import { dataSchemaOf, schemaUriOf } from './schema.ts'

/** What of a service is told: what it may emit, and what it listens to. */
export interface EventService {
  readonly name: string
  readonly description: string
  readonly events: readonly EventType[]
  readonly listeners: readonly Listener[]
}

/** What an AsyncAPI document says of the whole. */
export interface AsyncApiInfo {
  readonly title: string
  readonly version: string
}

/** An AsyncAPI 3.0 document. */
export interface AsyncApi {
  readonly asyncapi: string
  readonly info: object
  readonly defaultContentType: string
  readonly channels: Readonly<Record<string, object>>
  readonly operations: Readonly<Record<string, object>>
  readonly components: object
}

/**
 * Describes all events that services emit or listen to as AsyncAPI 3.0 (https://www.asyncapi.com/docs/reference/specification/v3.0.0):
 * a channel for each type, whose messages are CloudEvents in JSON, and an operation for each who emits or listens.
 */
export function createAsyncApi(services: readonly EventService[], { title, version }: AsyncApiInfo): AsyncApi {
  const events = listEvents(services)
  return {
    asyncapi: '3.0.0',
    info: { title: `${title}: events`, version, description: COMMON, license: { name: 'MIT' } },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(events.map((event) => [event.type, describeChannel(event)])),
    operations: Object.fromEntries(services.flatMap(describeOperations)),
    components: {
      messages: Object.fromEntries(events.map((event) => [event.type, describeMessage(event)])),
      schemas: { CloudEvent: CLOUD_EVENT },
    },
  }
}

/** Every event that somebody emits or listens to, once, by name. */
export const listEvents = (services: readonly EventService[]): readonly EventType[] =>
  [
    ...new Set(services.flatMap(({ events, listeners }) => [...events, ...listeners.flatMap((each) => each.events)])),
  ].toSorted((a, b) => (a.type < b.type ? -1 : 1))

const COMMON = `An event is published if and only if its transaction committed, and every listener gets it at least once. Events
of one subject arrive in the order in which they committed. Members are added to what an event says, never renamed or removed.`

function describeChannel({ type, description, subject }: EventType): object {
  const messages = { [type]: { $ref: `#/components/messages/${type}` } }
  return { address: type, description: `${description} Subject: ${subject}.`, messages }
}

function describeOperations({ name, events, listeners }: EventService): readonly (readonly [string, object])[] {
  const sent = events.map((event) => {
    const described = { ...describeOperation('send', name, event), summary: event.description }
    return [`${event.type}:send`, described] as const
  })
  const received = listeners.flatMap((listener) =>
    listener.events.map((event) => {
      const described = { ...describeOperation('receive', name, event), ...describeListener(listener) }
      return [`${listener.name}:${event.type}`, described] as const
    }),
  )
  return [...sent, ...received]
}

const describeOperation = (action: 'send' | 'receive', service: string, { type }: EventType): object => ({
  action,
  channel: { $ref: `#/channels/${type}` },
  messages: [{ $ref: `#/channels/${type}/messages/${type}` }],
  tags: [{ name: service }],
})

const describeListener = ({ name, after }: Listener): object => ({
  title: name,
  ...(after.length > 0 ? { description: `After ${after.map((before) => before.name).join(' and ')}.` } : {}),
})

function describeMessage(event: EventType): object {
  const { type, description } = event
  return {
    name: type,
    title: type,
    summary: description,
    payload: { allOf: [{ $ref: '#/components/schemas/CloudEvent' }, describeEnvelope(event)] },
    examples: [{ payload: exampleEnvelope(event) }],
  }
}

const describeEnvelope = (event: EventType): Schema => ({
  type: 'object',
  properties: {
    source: { const: `/${sourceOf(event)}` },
    type: { const: event.type },
    subject: { description: event.subject },
    dataschema: { description: `As it is emitted now: ${schemaUriOf(event)}` },
    data: dataSchemaOf(event),
  },
  required: ['data'],
})

const words = (description: string, more: object = {}): Schema => ({ type: 'string', description, ...more })

/** The envelope as `Envelope` has it. */
const CLOUD_EVENT: Schema = {
  type: 'object',
  description: 'CloudEvents 1.0 in JSON, https://github.com/cloudevents/spec',
  properties: {
    id: words("UUIDv7; with `source`, one event's own for ever."),
    source: words('The service that emitted it.', { format: 'uri-reference' }),
    type: words('What happened.'),
    specversion: { const: '1.0' },
    subject: words('The path of the resource that it happened to.'),
    time: words('When it was emitted.', { format: 'date-time' }),
    datacontenttype: { const: 'application/json' },
    dataschema: words('What describes `data`, with its version; every server has it at the path of this.', {
      format: 'uri',
    }),
    data: { type: 'object' },
    requestid: words('The request that caused it.'),
    traceparent: words('W3C trace context.'),
    tracestate: words('W3C trace context.'),
  },
  required: ['id', 'source', 'type', 'specversion', 'subject', 'time', 'datacontenttype', 'dataschema', 'data'],
}
