import { createValidator, exampleOf, objectSchema } from '@mainspring/core'
import type { Envelope } from './envelope.ts'
import { type EventType, sourceOf, subjectOf } from './event.ts'
import { schemaUriOf } from './schema.ts'

/** An event as it could arrive, for documents. */
export function exampleEnvelope(event: EventType): Envelope {
  const schema = objectSchema(event.fields)
  const data = Object(exampleOf(schema))
  createValidator(schema, 'body')(data) // puts in defaults, as when it is emitted
  return {
    id: '019a9f5e-2f40-7c3a-9d1b-5e0c8a7b6f21',
    source: `/${sourceOf(event)}`,
    type: event.type,
    specversion: '1.0',
    subject: subjectOf(event)(data),
    time: '2026-11-20T09:30:00.000Z',
    datacontenttype: 'application/json',
    dataschema: schemaUriOf(event),
    data,
    requestid: '019a9f5e-2f3e-7b10-8f6d-0a4c1e9d2b73',
  }
}
