import { createHash } from 'node:crypto'
import { integer } from '@mainspring/core'
import type { Connection, Engine } from './engine.ts'
import { table } from './table.ts'

const SLOTS = 4096

/** What stands for keys on MariaDB and MySQL, whose own named locks would outlive a transaction: rows to be locked. */
export const lockTable = table(
  'mainspring_locks',
  { slot: integer({ min: 0, max: SLOTS - 1 }) },
  { primary_key: ['slot'] },
)

/**
 * Holds keys until the transaction ends; waits for others that hold one of them. All are taken with one statement and in
 * one order, so that two units that want the same ones do not wait for each other. Keys share 4096 locks, since those of a
 * server are bounded: different ones may rarely wait for each other, but whoever holds thousands keeps nearly everybody
 * else from any. On SQLite there is one writer, and nothing to do.
 */
export async function lockKeys(
  { name, schema }: Engine,
  connection: Connection,
  keys: readonly string[],
): Promise<void> {
  if (name === 'sqlite' || keys.length === 0) return
  const slots = [...new Set(keys.map((key) => hashOf(key).readUInt16BE() % SLOTS))].sort((a, b) => a - b)
  if (name === 'postgres') {
    const space = hashOf(`mainspring/${schema}`).readInt32BE()
    await connection.run(
      'SELECT pg_advisory_xact_lock($1, slot) FROM unnest($2::int[]) AS slot',
      [space, `{${slots.join()}}`],
      true,
    )
    return
  }
  const rows = slots.map(() => '(?)').join(', ')
  await connection.run(`INSERT INTO ${lockTable.name} (slot) VALUES ${rows} ON DUPLICATE KEY UPDATE slot = slot`, slots)
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()
