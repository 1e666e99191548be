import { type Given, type Kysely, prepared, sql, type TablesOf, type Writer } from '@mainspring/data'
import { CONDUCTOR } from '../lease.ts'
import type { leases, marks } from '../tables.ts'

type Tables = TablesOf<[typeof marks, typeof leases]>

interface Mark {
  readonly listener: string
  /** The event's place in the inbox. */
  readonly position: number
}

/** An event is done already, or another process conducts. */
export class NotOurs extends Error {}

/**
 * Marks an event as done, if the conductor's epoch is still this one and nobody did; else the unit throws `NotOurs`. The check
 * and the mark are one statement, so that who wakes too late neither repeats nor overtakes.
 */
export const markUnderEpoch = (db: Writer, mark: Mark, epoch: number): Promise<void> =>
  db.requirePrepared(db.engine === 'mysql' ? markOnMysql : markOnce, { ...mark, epoch }, () => new NotOurs())

type Values = Mark & { readonly epoch: number }

const markOnce = prepared((query: Kysely<Tables>, given: Given<Values>) =>
  query
    .insertInto('mainspring_marks')
    .columns(['listener', 'position'])
    .expression(
      query
        .selectFrom('mainspring_leases')
        .select([
          sql<string>`cast(${given('listener')} as text)`.as('listener'),
          sql<number>`cast(${given('position')} as bigint)`.as('position'),
        ])
        .where('name', '=', CONDUCTOR)
        .where('epoch', '=', given('epoch')),
    )
    .onConflict((key) => key.doNothing()),
)

/** IGNORE would pass over more than a key that is taken. */
const markOnMysql = prepared((query: Kysely<Tables>, given: Given<Values>) =>
  query
    .insertInto('mainspring_marks')
    .columns(['listener', 'position'])
    .expression(
      query
        .selectFrom('mainspring_leases')
        .select([given('listener').as('listener'), given('position').as('position')])
        .where('name', '=', CONDUCTOR)
        .where('epoch', '=', given('epoch')),
    ),
)
