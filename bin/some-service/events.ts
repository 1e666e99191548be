import { id, text, timestamp } from '@mainspring/core'
import { event } from '@mainspring/events'

/** One was closed, which happens once. */
export const SomeThingClosed = event(
  'some-service.some_thing_closed',
  {
    some_thing_id: id({ description: 'What was closed.' }),
    name: text({ example: 'The blue one', description: 'What it is called.' }),
    reason: text({ example: 'Nobody needs it.', description: 'Why it was closed.' }),
    close_time: timestamp({ description: 'When it was closed.' }),
  },
  { subject: 'some-things/{some_thing_id}', description: 'It was closed, which happens once.' },
)
