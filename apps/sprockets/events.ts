import { id, integer, number, text, timestamp } from '@mainspring/core'
import { event } from '@mainspring/events'

const factoryFields = {
  factory_id: id(),
  name: text({ optional: true, example: 'North plant' }),
}

/** What samples say together: the samples themselves are the factory's. */
const sumFields = {
  samples: integer({ min: 0, example: 5, description: 'How many.' }),
  actual_sum: number({ min: 0, example: 146, description: 'Sprockets made; exact up to 9007199254740991.' }),
  goal_sum: number({ min: 0, example: 150, description: 'Sprockets that should have been made, likewise.' }),
}

/** A factory was entered, perhaps with samples. */
export const FactoryCreated = event(
  'sprockets.factory_created',
  {
    ...factoryFields,
    ...sumFields,
    first_time: timestamp({ optional: true, description: 'Of the earliest sample, if there are any.' }),
    last_time: timestamp({ optional: true, description: 'Of the latest.' }),
  },
  { subject: 'factories/{factory_id}', description: 'A factory was entered, with so many samples to begin with.' },
)

/** Samples were added to a factory. */
export const ProductionReported = event(
  'sprockets.production_reported',
  {
    ...factoryFields,
    ...sumFields,
    first_time: timestamp({ description: 'Of the earliest sample that was added.' }),
    last_time: timestamp({ description: 'Of the latest; there may have been later ones before.' }),
  },
  { subject: 'factories/{factory_id}', description: 'Samples were added to a factory, and are this together.' },
)

/** A factory has come to be below its goal for a while. */
export const ProductionFellShort = event(
  'sprockets.production_fell_short',
  {
    ...factoryFields,
    ...sumFields,
    first_time: timestamp({ description: 'Since when no sample reached its goal.' }),
    last_time: timestamp({ description: 'Of the latest sample.' }),
  },
  {
    subject: 'factories/{factory_id}',
    description: "A factory's last five samples, or more, are all below goal: once for each time that this begins.",
  },
)
