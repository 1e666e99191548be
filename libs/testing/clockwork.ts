import { id, integer } from '@mainspring/core'
import { entity } from '@mainspring/data'
import { event, listener, schedule, type Writes } from '@mainspring/events'
import { runCommand, service } from '@mainspring/service'
import { draftedMigrations } from './drafted-migrations.ts'

// Two services for tests of several workers: a clock that strikes each second and tells of it, and a house that hears it.
const SECOND = 1_000

const Strike = entity('strikes', 'strike', { second: integer() })
const Echo = entity('echoes', 'echo', { second: integer() })

const Struck = event(
  'clocks.struck',
  { strike_id: id(), second: integer() },
  { subject: 'strikes/{strike_id}', description: 'A second is over.' },
)

const striking = {
  ...schedule({
    name: 'clocks.strike',
    cron: '* * * * *',
    async handle({ db, clock, emit, log }: Writes) {
      const second = Math.floor(clock.now() / SECOND)
      const strike = await db.insert(Strike, { second })
      await emit(Struck, { strike_id: strike.id, second })
      db.afterCommit(() => log.info({ second }, 'struck'))
    },
  }),
  // Cron knows minutes at best.
  nextAfter: (moment: number) => (Math.floor(moment / SECOND) + 1) * SECOND,
}

const hearing = listener({
  name: 'houses.hear',
  event: Struck,
  async handle({ db, log }: Writes, { data: { second } }) {
    await db.insert(Echo, { second })
    db.afterCommit(() => log.info({ second }, 'heard'))
  },
})

const clocks = service({
  name: 'clocks',
  description: 'Strikes each second.',
  connect: () => ({}),
  entities: [Strike],
  resources: [],
  events: [Struck],
  schedules: [striking],
  migrations: draftedMigrations('clocks', [Strike]),
})

const houses = service({
  name: 'houses',
  description: 'Hears a clock.',
  connect: () => ({}),
  entities: [Echo],
  resources: [],
  listeners: [hearing],
  migrations: draftedMigrations('houses', [Echo]),
})

await runCommand([clocks, houses], process.argv.slice(2))
