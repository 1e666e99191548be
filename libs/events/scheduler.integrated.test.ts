import { createLog, createManualClock, invalid, type ManualClock, text, unavailable } from '@mainspring/core'
import { createDatabase, type Database, entity, openEngine, type Selects, type TablesOf } from '@mainspring/data'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunUnit } from './consumer.ts'
import type { EventStore, Writes } from './context.ts'
import { type ScheduleOptions, schedule } from './schedule.ts'
import { createScheduler } from './scheduler.ts'
import { eventTables } from './tables.ts'

const Run = entity('runs', 'run', { name: text({ max: 100 }) })
type Tables = TablesOf<[typeof Run]>

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const nobody = async () => {
  throw new Error('Nobody is told here.')
}

describeEachEngine('a scheduler', (engine) => {
  let databases: readonly [Database, Database]
  beforeAll(async () => {
    const url = await engine.createUrl()
    const first = await openEntities(url, { entities: [Run], tables: eventTables.tables })
    databases = [first, await openAgain(url, first)]
  })
  afterAll(() => Promise.all(new Set(databases).values().map((database) => database.close())))

  /** As another process; an embedded database has only one. */
  async function openAgain(url: string, first: Database): Promise<Database> {
    if (engine.name === 'sqlite') return first
    const opened = await openEngine({ url, service: 'test' }, { log: createLog({ level: 'silent' }) })
    return createDatabase({ engine: opened, entities: [Run] })
  }

  const start = (clock: ManualClock, which: 0 | 1 = 0) => {
    const lines: Readonly<Record<string, unknown>>[] = []
    const database = databases[which]
    const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line)) })
    const store: EventStore = { service: 'test', database, clock, log, instance: `i${which}` }
    const runUnit: RunUnit = (_, job, options) =>
      database.write((db) => job({ db, clock, log, emit: nobody, enqueue: nobody }), options)
    return {
      store,
      runUnit,
      lines,
      of: (...schedules: Parameters<typeof createScheduler>[1]) => createScheduler(store, schedules, runUnit),
    }
  }

  /** A schedule that writes down each run, then does what it is told. */
  const recording = (name: string, options: Partial<ScheduleOptions<Writes>> = {}) =>
    schedule({
      name,
      cron: '0 * * * *',
      retry: { attempts: 3, first_seconds: 10, longest_seconds: 60 },
      ...options,
      async handle(needs: Writes) {
        await needs.db.insert(Run, { name })
        await options.handle?.(needs)
      },
    })

  const runsOf = async (name: string): Promise<number> => {
    const rows = await databases[0].reader.query((query: Selects<Tables>) =>
      query.selectFrom('runs').select('id').where('name', '=', name),
    )
    return rows.length
  }

  const at = (moment: number | undefined) => (moment === undefined ? undefined : new Date(moment).toISOString())

  const half = () => createManualClock('2026-11-20T09:30:00Z')

  test('runs what is due when it is due, and not before', async () => {
    const clock = half()
    const scheduler = start(clock).of(recording('due'))

    await scheduler.runDue()
    clock.advance(30 * MINUTE - 1)
    await scheduler.runDue()
    const before = [await runsOf('due'), at(scheduler.nextDue())]
    clock.advance(1)
    await scheduler.runDue()
    await scheduler.runDue()

    expect(before).toEqual([0, '2026-11-20T10:00:00.000Z'])
    expect([await runsOf('due'), at(scheduler.nextDue())]).toEqual([1, '2026-11-20T11:00:00.000Z'])
  })

  test('runs once for all times that have passed while nobody looked, also after a restart', async () => {
    const clock = half()
    const [away, late] = [recording('away'), recording('late', { cron: '*/5 * * * *' })]
    await start(clock).of(away, late).runDue()
    clock.advance(24 * HOUR)

    const scheduler = start(clock).of(away, late)
    await scheduler.runDue()

    expect([await runsOf('away'), await runsOf('late')]).toEqual([1, 1])
    expect(at(scheduler.nextDue())).toBe('2026-11-21T09:35:00.000Z')
  })

  test('runs each time once, however many processes there are', async () => {
    const clock = half()
    const schedules = [recording('raced'), recording('raced too')]
    const racing = [start(clock, 0), start(clock, 1), start(clock, 1)].map(({ of }) => of(...schedules))
    await Promise.all(racing.map(({ runDue }) => runDue()))

    for (let round = 0; round < 20; round++) {
      clock.advance(HOUR)
      await Promise.all(racing.map(({ runDue }) => runDue()))
    }

    expect([await runsOf('raced'), await runsOf('raced too')]).toEqual([20, 20])
  })

  test('tries again what failed, after longer and longer pauses, and then at its next time', async () => {
    const clock = half()
    const { of, lines } = start(clock)
    const scheduler = of(recording('failing', { handle: nobody }), recording('beside it'))
    await scheduler.runDue()
    clock.advance(30 * MINUTE)

    const pauses: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await scheduler.runDue()
      pauses.push((scheduler.nextDue() ?? 0) - clock.now())
      clock.advance(pauses.at(-1) ?? 0)
    }

    const [first = 0, second = 0] = pauses
    expect([first >= 5 * SECOND, first <= 10 * SECOND, second >= 10 * SECOND, second <= 20 * SECOND]).not.toContain(
      false,
    )
    expect(new Date(clock.now()).toISOString()).toBe('2026-11-20T11:00:00.000Z')
    expect([await runsOf('failing'), await runsOf('beside it')]).toEqual([0, 1])
    expect(lines).toMatchObject([
      { level: 'warn', schedule: 'failing', attempt: 1, err: { message: 'Nobody is told here.' } },
      { level: 'warn', schedule: 'failing', attempt: 2 },
      { level: 'error', schedule: 'failing', attempt: 3, next: '2026-11-20T11:00:00.000Z' },
    ])
  })

  test('what failed and then succeeds begins its attempts anew, in whichever process', async () => {
    const clock = half()
    let failures = 2
    const moody = recording('moody', {
      async handle() {
        if (failures-- > 0) throw unavailable('mailer_away')
      },
    })
    const [first, second] = [start(clock, 0), start(clock, 1)]
    await first.of(moody).runDue()
    clock.advance(30 * MINUTE)

    for (const { of } of [first, second, first]) {
      await of(moody).runDue()
      clock.advance(MINUTE)
    }
    failures = 1
    clock.advance(HOUR)
    await second.of(moody).runDue()

    expect(await runsOf('moody')).toBe(1)
    expect([...first.lines, ...second.lines].map(({ attempt }) => attempt)).toEqual([1, 2, 1])
  })

  test('does not try again what is wrong in itself before its next time', async () => {
    const clock = half()
    const { of, lines } = start(clock)
    const hopeless = recording('hopeless', { handle: () => Promise.reject(invalid('hopeless')) })
    const scheduler = of(hopeless)
    await scheduler.runDue()
    clock.advance(30 * MINUTE)

    await scheduler.runDue()

    expect(at(scheduler.nextDue())).toBe('2026-11-20T11:00:00.000Z')
    expect(lines).toMatchObject([{ level: 'error', schedule: 'hopeless', attempt: 1 }])
  })

  test('leaves what is due as it is when the database is away, and says so', async () => {
    const clock = half()
    const { store, of } = start(clock)
    const patient = recording('patient')
    await of(patient).runDue()
    clock.advance(30 * MINUTE)
    const cutOff = createScheduler(store, [patient], () => Promise.reject(unavailable('database_unavailable')))

    await expect(cutOff.runDue()).rejects.toThrow('Database unavailable.')
    await of(patient).runDue()

    expect(await runsOf('patient')).toBe(1)
  })

  test('begins anew with a rule or a time zone that has changed, and with another name', async () => {
    const clock = half()
    const daily = { cron: '0 10 * * *' }
    await start(clock).of(recording('changed', daily), recording('moved', daily), recording('old name', daily)).runDue()
    clock.advance(HOUR)

    const scheduler = start(clock).of(
      recording('changed', { cron: '0 12 * * *' }),
      recording('moved', { ...daily, time_zone: 'America/New_York' }),
      recording('new name', daily),
    )
    await scheduler.runDue()
    const first = at(scheduler.nextDue())
    clock.advance(3 * HOUR)
    await scheduler.runDue()

    expect(first).toBe('2026-11-20T12:00:00.000Z')
    expect(await Promise.all(['changed', 'moved', 'old name', 'new name'].map(runsOf))).toEqual([1, 0, 0, 0])
    expect(at(scheduler.nextDue())).toBe('2026-11-20T15:00:00.000Z')
  })

  test('has nothing to do without schedules, and takes no two of one name', async () => {
    const { of } = start(half())

    await of().runDue()

    expect(of().nextDue()).toBeUndefined()
    expect(() => of(recording('twin'), recording('twin'))).toThrow('Two schedules are called twin.')
  })
})
