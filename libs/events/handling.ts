import { type Log, type SpanOptions, type SpanStart, traceIdOf } from '@mainspring/core'
import { type Envelope, type Origin, originOf } from './envelope.ts'
import type { EventRecord } from './transports/publisher.ts'

/** Who handles what: each line of its log tells it. */
export type Handling =
  | {
      readonly listener: string
      readonly event_id: string
      readonly event_type: string
      /** 1 at first. */
      readonly attempt: number
    }
  | { readonly queue: string; readonly item: string; readonly attempt: number }
  | { readonly schedule: string }

/** A log whose lines tell who handles what, and which request and which trace it goes back to. */
export const logFor = (log: Log, handling: Handling, { requestid, traceparent }: Origin): Log =>
  log.child({ ...handling, request_id: requestid, trace_id: traceIdOf(traceparent) })

/** How handling is told to a tracer: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/. */
export function handlingSpan(handling: Handling, { requestid }: Origin): SpanStart {
  if ('schedule' in handling) return [`schedule ${handling.schedule}`]
  const [name, destination, id] =
    'listener' in handling
      ? [handling.listener, handling.event_type, handling.event_id]
      : [handling.queue, handling.queue, handling.item]
  const attributes = {
    ...messaging('process', destination, id),
    'messaging.consumer.group.name': name,
    'mainspring.attempt': handling.attempt,
    'mainspring.request_id': requestid,
  }
  return [`process ${name}`, { kind: 'consumer', attributes }]
}

/** How something that is sent is told to a tracer. */
export const sendingSpan = (
  destination: string,
  origin: Origin,
  id?: string,
): readonly [name: string, options: SpanOptions] => [
  `send ${destination}`,
  { kind: 'producer', parent: origin, attributes: messaging('send', destination, id) },
]

/** How records on their way to a broker are told to a tracer: as a span of its own, tied to what sent their events. */
export function publishingSpan(
  publisher: string,
  records: readonly EventRecord[],
): readonly [name: string, options: SpanOptions] {
  const events = records.flatMap((record) => record.events)
  const links = events.slice(0, MOST_LINKS).map(({ envelope }) => originOf(JSON.parse(envelope) as Envelope))
  const attributes = { ...messaging('send', publisher), 'messaging.batch.message_count': events.length }
  return [`publish to ${publisher}`, { kind: 'producer', links, attributes }]
}

/** As many as OpenTelemetry takes. */
const MOST_LINKS = 128

const messaging = (operation: 'send' | 'process', destination: string, id?: string) => ({
  'messaging.system': 'mainspring',
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  'messaging.destination.name': destination,
  'messaging.message.id': id,
})
