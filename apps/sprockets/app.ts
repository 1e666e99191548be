import { service } from '@mainspring/service'
import { Factory } from './entities/factory.ts'
import { Sprocket } from './entities/sprocket.ts'
import { FactoryCreated, ProductionFellShort, ProductionReported } from './events.ts'
import { factoryFixtures } from './fixtures/factories.ts'
import { sprocketFixtures } from './fixtures/sprockets.ts'
import { factories } from './interface/factories.ts'
import { sprockets as catalogue } from './interface/sprockets.ts'

export const sprockets = service({
  name: 'sprockets',
  description: 'Factories report production against goal; sprockets are the parts catalogue.',
  connect: () => ({}),
  entities: [Factory, Sprocket],
  resources: [factories, catalogue],
  events: [FactoryCreated, ProductionReported, ProductionFellShort],
  codes: {
    time_taken: { kind: 'conflict', title: 'The factory has a sample at that time already.' },
    unequal_length: { kind: 'invalid', title: 'The three lists of samples differ in length.' },
    not_increasing: { kind: 'invalid', title: 'A time is not later than the one before it.' },
    too_many_samples: { kind: 'invalid', title: 'The factory would have more samples than it may.' },
  },
  fixtures: [factoryFixtures, sprocketFixtures],
  migrations: new URL('migrations', import.meta.url),
})
