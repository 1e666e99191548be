import { appendFileSync } from 'node:fs'
import { id, integer, text } from '@mainspring/core'
import { entity, type Kysely, type Reads, type TablesOf, type Writer } from '@mainspring/data'
import type { Writes } from '../../context.ts'
import { type Listener, listener } from '../../listener.ts'
import { queue } from '../../queue-declaration.ts'
import { schedule } from '../../schedule.ts'
import type { schedules } from '../../tables.ts'
import { Counted, Counter } from '../counters.ts'

/** What was done about a count: one row each time. `turn` says how many there were before of that counter, and itself. */
export const Effect = entity('effects', 'effect', { by: text(), counter_id: id(), count: integer(), turn: integer() })

/** How often somebody did something about a counter. */
export const Tally = entity('tallies', 'tally', { count: integer() })

/** Whoever does something, in the order in which it is to be done about one count. */
export const DOERS = ['record', 'share', 'order', 'close', 'serve'] as const

type Doer = (typeof DOERS)[number] | typeof BELL

/** The schedule, and the counter of the times that it was made due. */
export const BELL = 'bell'

const RETRY = { attempts: 1_000, first_seconds: 0.02, longest_seconds: 0.2 }
const FAILING = 0.02

async function leave(db: Writer, by: Doer, counter_id: string, count: number, after: readonly Doer[] = []) {
  const tally = await db.findForUpdate(Tally, tallyOf(by, counter_id))
  const turn = (tally?.count ?? 0) + 1
  if (tally) await db.update(Tally, tally, { count: turn })
  else await db.insert(Tally, { id: tallyOf(by, counter_id), count: turn })
  const before = await db.findMany(
    Tally,
    after.map((each) => tallyOf(each, counter_id)),
  )
  const isEarly = before.some((each) => (each?.count ?? 0) < count)
  await db.insert(Effect, { by, counter_id, count, turn: isEarly ? -1 : turn })
}

const tallyOf = (by: Doer, counter: string): string => `${by}-${counter}`

function failSometimes(): void {
  if (Math.random() < FAILING) throw new Error('It does not work this time.')
}

const listen = (name: Doer, after: Readonly<Partial<Record<Doer, Listener>>> = {}): Listener<Writes> =>
  listener({
    name: `diners.${name}`,
    event: Counted,
    after: Object.values(after),
    from: 'beginning',
    retry: RETRY,
    async handle({ db, enqueue }: Writes, { data: { counter_id, count } }) {
      failSometimes()
      await leave(db, name, counter_id, count, Object.keys(after) as Doer[])
      if (name === 'order') await enqueue(serving, { counter_id, count }, { key: counter_id })
    },
  })

/** What is outside of the database: a file with a line for each time that somebody was served. */
interface Outside {
  readonly file: string
  readonly onPerformed: () => void
}

const serving = queue({
  name: 'diners.serve',
  payload: { counter_id: id(), count: integer() },
  retry: RETRY,
  async perform({ outside }: Reads & { readonly outside: Outside }, { id, payload }) {
    failSometimes()
    appendFileSync(outside.file, `${payload.counter_id} ${payload.count} ${id}\n`)
    outside.onPerformed()
  },
  settle: ({ db }: Writes, { payload }) => leave(db, 'serve', payload.counter_id, payload.count, ['order']),
})

const record = listen('record')
const share = listen('share', { record })
const order = listen('order', { record })
const close = listen('close', { share, order })

const bell = schedule({
  name: `diners.${BELL}`,
  cron: '0 0 1 1 *',
  async handle({ db }: Writes) {
    const tally = await db.find(Tally, tallyOf(BELL, BELL))
    await leave(db, BELL, BELL, (tally?.count ?? 0) + 1)
  },
})

/** The services of a trial: one counts, the other does several things about it. */
export const SERVICES = {
  meters: { events: [Counted], listeners: [], queues: [], schedules: [] },
  diners: { events: [], listeners: [record, share, order, close], queues: [serving], schedules: [bell] },
} as const

/** Has the schedule be due, unless it is already, and counts that. */
export async function ring(db: Writer): Promise<void> {
  const due_time = String(db.encode('timestamp', '2001-01-01T00:00:00.000Z'))
  const made = await db.execute((query: Kysely<TablesOf<[typeof schedules]>>) =>
    query
      .updateTable('mainspring_schedules')
      .set({ due_time })
      .where('name', '=', bell.name)
      .where('due_time', '>', due_time),
  )
  if (made === 0) return
  const counter = await db.getForUpdate(Counter, BELL)
  await db.update(Counter, counter, { count: counter.count + 1 })
}
