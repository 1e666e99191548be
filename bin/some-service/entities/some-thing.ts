import { oneOf, text, timestamp } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** What is said when one is closed. */
export const closingFields = {
  reason: text({ min: 1, max: 500, example: 'Nobody needs it.', description: 'Why it is closed.' }),
}

/** It is open until somebody closes it and says why. */
export const SomeThing = entity(
  'some-things',
  'some-thing',
  {
    name: text({
      min: 1,
      max: 200,
      filter: true,
      order: true,
      example: 'The blue one',
      description: 'What it is called.',
    }),
    state: oneOf(['OPEN', 'CLOSED'], {
      default: 'OPEN',
      output_only: true,
      filter: true,
      description: 'How it stands.',
    }),
    close_time: timestamp({ optional: true, output_only: true, filter: true, description: 'When it was closed.' }),
    close_reason: text({ optional: true, output_only: true, max: 500, description: 'Why it was closed.' }),
    notify_time: timestamp({ optional: true, output_only: true, description: 'When others were notified of that.' }),
  },
  { description: 'It is open until somebody closes it and says why.' },
)
export interface SomeThing extends Row<typeof SomeThing> {}
