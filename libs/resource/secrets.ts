import { randomBytes } from 'node:crypto'
import { type Clock, toTimestamp } from '@mainspring/core'
import type { Database, Selects, TablesOf } from '@mainspring/data'
import { secrets } from './tables.ts'

type Tables = TablesOf<[typeof secrets]>

/** A 256-bit key kept in the service's database, so that it survives restarts and all instances share it; the first one makes it. */
export async function loadSecret(database: Database, clock: Clock, id: string): Promise<Buffer> {
  const value = randomBytes(32).toString('base64')
  return database.write(async (db) => {
    await db.insertUnlessThere(secrets, { id, value, create_time: toTimestamp(clock.now()) })
    const [row] = await db.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_secrets').select('value').where('id', '=', id),
    )
    return Buffer.from(row?.value ?? value, 'base64')
  })
}
