import { DatabaseFault, type Given, type Kysely, prepared, sql, type TablesOf, type Writer } from '@mainspring/data'
import { CONDUCTOR } from '../lease.ts'
import type { leases, marks } from '../tables.ts'

type Tables = TablesOf<[typeof marks, typeof leases]>

interface Mark {
  readonly listener: string
  /** The event's place in the inbox. */
  readonly position: number
}

/**
 * Marks an event as done, if the conductor's epoch is still this one and nobody did: then whoever asked may do it. The check
 * and the mark are one statement, so that who wakes too late neither repeats nor overtakes.
 */
export async function markUnderEpoch(db: Writer, mark: Mark, epoch: number): Promise<boolean> {
  if (db.engine !== 'mysql') return (await db.executePrepared(markOnce, { ...mark, epoch })) > 0
  try {
    return (await db.executePrepared(markOnMysql, { ...mark, epoch })) > 0
  } catch (error) {
    if (error instanceof DatabaseFault && error.kind === 'unique') return false
    throw error
  }
}

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
