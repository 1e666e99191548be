import {
  type AsyncApiInfo,
  createAsyncApi,
  type EventService,
  type EventType,
  schemaDocumentOf,
  schemaPathOf,
} from '@mainspring/events'
import type { ServedDocument } from '@mainspring/http'
import { writePage } from './page.ts'
import { STYLE } from './style.ts'

/** What a process serves about events: an AsyncAPI document, a page for people, and the schemas that envelopes name. */
export function createEventDocuments(services: readonly EventService[], info: AsyncApiInfo): readonly ServedDocument[] {
  return [
    {
      path: '/docs/events',
      title: 'Events',
      introduction: 'what is emitted, and who listens',
      content: () => ({ html: writePage(services), style: STYLE }),
    },
    {
      path: '/asyncapi.json',
      title: 'The AsyncAPI document',
      introduction: 'the same for machines (AsyncAPI 3.0)',
      content: () => ({ json: createAsyncApi(services, info) }),
    },
    ...services.flatMap(({ events }) => events.flatMap(describeVersions)),
  ]
}

/** Events of earlier versions are still under way, and what is true of them has only been added to. */
const describeVersions = (event: EventType): readonly ServedDocument[] =>
  Array.from({ length: event.version }, (_, index) => ({
    path: schemaPathOf({ ...event, version: index + 1 }),
    title: `What ${event.type} says`,
    content: () => ({ json: schemaDocumentOf(event), content_type: 'application/schema+json' }),
  }))
