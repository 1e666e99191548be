import type { Database, Selects, TablesOf, Writer } from '@mainspring/data'
import type { EventType } from '../event.ts'
import { createInbox } from '../inbox.ts'
import { type Listener, listener } from '../listener.ts'
import { type Arrival, BEGINNING, type EventSource, placeOf } from '../source.ts'
import type { inbox, subscriptions } from '../tables.ts'
import { Counted, type Meters } from './counters.ts'

type Tables = TablesOf<[typeof inbox, typeof subscriptions]>

/** A listener that is there for what it listens to. */
export const listen = (name: string, event: EventType | readonly EventType[], from: Listener['from'] = 'now') =>
  listener({ name, event, from, handle: async () => {} })

/** Events that a test makes up: a letter each, which is their type, with their place as their id. */
export const entriesOf = (letters: string, generation = ''): readonly Arrival[] =>
  [...letters].map((letter, index) => ({
    place: placeOf(index + 1),
    type: `meters.${letter}`,
    subject: 'counters/1',
    envelope: JSON.stringify({ id: `${letter}${index + 1}${generation}` }),
  }))

/** The type of such an event. */
export const typeOf = (letter: string): EventType => ({ ...Counted, type: `meters.${letter}` })

/** A source whose events, and what happens at it, are up to the test. */
export interface FakeSource extends EventSource {
  entries: readonly Arrival[]
  readonly reports: number[]
  beforeRead: () => Promise<unknown>
  end: () => Promise<string>
}

/** Makes one of these events. */
export const createSource = (entries: readonly Arrival[], name = 'meters'): FakeSource => ({
  name,
  services: ['meters'],
  entries,
  reports: [],
  beforeRead: async () => {},
  async end() {
    return this.entries.at(-1)?.place ?? BEGINNING
  },
  async lanes() {
    return [
      {
        name: 'log',
        mayGoBack: true,
        read: async (after, limit) => {
          const found = this.entries.filter(({ place }) => place > after).slice(0, limit)
          await this.beforeRead()
          return { entries: found, place: found.at(-1)?.place ?? after }
        },
        end: () => this.end(),
        report: async (_, place) => void this.reports.push(Number(place)),
      },
    ]
  },
})

/** A database whose units of work have `meanwhile` happen before the step of this number. */
export const interrupted = (database: Database, step: number, meanwhile: () => Promise<unknown>): Database => {
  let steps = 0
  const slow = (db: Writer): Writer =>
    new Proxy(db, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target)
        if (typeof member !== 'function') return member
        if (!/^(query|execute|require|append)/.test(String(key))) return member.bind(target)
        return async (...given: unknown[]) => {
          if (++steps === step) await meanwhile()
          return member.apply(target, given)
        }
      },
    })
  return { ...database, write: (job, options) => database.write((db) => job(slow(db)), options) }
}

/** What has arrived, in order. */
export const inboxOf = async ({ database }: Meters) =>
  database.reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_inbox').select(['position', 'id', 'type', 'subject']).orderBy('position'),
  )

/** The ids of it. */
export const idsOf = async (diners: Meters) => (await inboxOf(diners)).map(({ id }) => id)

/** How far each type was read, of sources with one lane. */
export const placesOf = async ({ database }: Meters) => {
  const rows = await database.reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_subscriptions').select(['type', 'place']).orderBy('type'),
  )
  return Object.fromEntries(rows.map(({ type, place }) => [type.replace('meters.', ''), Number(place)]))
}

/** Takes all that a source has. */
export const takeAll = async (diners: Meters, source: EventSource) => {
  const { take } = createInbox(diners.store)
  const epoch = await diners.conduct()
  while ((await take(source, epoch)).read > 0);
}
