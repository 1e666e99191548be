import { text } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** Where containers go out and come back. */
export const Location = entity(
  'locations',
  'location',
  { name: text({ min: 1, max: 200, filter: true, order: true, example: 'Topanga Canyon Market' }) },
  { description: 'A place where containers go out and come back.' },
)
export interface Location extends Row<typeof Location> {}
