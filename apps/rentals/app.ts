import { timeSpan, toMilliseconds } from '@mainspring/core'
import { service } from '@mainspring/service'
import { Asset } from './entities/asset.ts'
import { Location } from './entities/location.ts'
import { Rental } from './entities/rental.ts'
import { Return } from './entities/return.ts'
import { ReturnCount } from './entities/return-count.ts'
import { User } from './entities/user.ts'
import { RentalOverdue, ReturnCompleted, ReturnRejected, ReturnRequested } from './events.ts'
import { assetFixtures, locationFixtures, userFixtures } from './fixtures/depot.ts'
import { rentalFixtures } from './fixtures/rentals.ts'
import { returnCountFixtures, returnFixtures } from './fixtures/returns.ts'
import { assets } from './interface/assets.ts'
import { flagging } from './interface/flag-overdue.ts'
import { locations } from './interface/locations.ts'
import { settleRequested } from './interface/on-return-requested.ts'
import { auditSettled, countSettled } from './interface/on-return-settled.ts'
import { rentalResource } from './interface/rentals.ts'
import { returnCounts } from './interface/return-counts.ts'
import { returns } from './interface/returns.ts'
import { users } from './interface/users.ts'

export const rentals = service({
  name: 'rentals',
  description: 'Reusable packaging: a container goes out with a person and comes back anywhere.',
  config: {
    period: timeSpan({
      default: '7d',
      description: 'How long a container may be kept, unless its rental says otherwise.',
    }),
    rescan: timeSpan({
      default: '5m',
      description:
        'A scan of the same user and container so soon before or after one that settled a rental settles none.',
    }),
    grace: timeSpan({ default: '1d', description: 'How long a rental may be overdue before it is flagged.' }),
  },
  connect: ({ period, rescan, grace }) => ({
    terms: { period: toMilliseconds(period), rescan: toMilliseconds(rescan), grace: toMilliseconds(grace) },
  }),
  entities: [User, Asset, Location, Rental, Return, ReturnCount],
  resources: [users, assets, locations, rentalResource, returns, returnCounts],
  events: [ReturnRequested, ReturnCompleted, ReturnRejected, RentalOverdue],
  listeners: [settleRequested, countSettled, auditSettled],
  schedules: [flagging],
  codes: {
    asset_out: { kind: 'conflict', title: 'The container is out already.' },
    rental_closed: { kind: 'conflict', title: 'The rental is over.' },
  },
  fixtures: [userFixtures, assetFixtures, locationFixtures, rentalFixtures, returnFixtures, returnCountFixtures],
  migrations: new URL('migrations', import.meta.url),
})
