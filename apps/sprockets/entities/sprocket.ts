import { integer, number } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** A part in the catalogue. */
export const Sprocket = entity(
  'sprockets',
  'sprocket',
  {
    teeth: integer({ min: 1, filter: true, order: true, example: 5, description: 'How many teeth it has.' }),
    pitch_diameter: number({
      above: 0,
      filter: true,
      order: true,
      example: 5,
      description: 'Diameter of the pitch circle.',
    }),
    outside_diameter: number({
      above: 0,
      filter: true,
      order: true,
      example: 6,
      description: 'Diameter over the tips of the teeth.',
    }),
    pitch: number({
      above: 0,
      filter: true,
      order: true,
      example: 1,
      description: 'Distance from one tooth to the next.',
    }),
  },
  { description: 'A part in the catalogue.' },
)
export interface Sprocket extends Row<typeof Sprocket> {}
