import type { Writes } from '@mainspring/data'
import { ReturnCount } from '../entities/return-count.ts'

/** How a scan may end. */
export type Outcome = 'completed' | 'flagged' | 'rejected'

/** Counts one scan. The key is held, for of many first scans at a location one makes the row. */
export async function countReturn(
  { db }: Pick<Writes, 'db'>,
  { location_id, outcome }: { readonly location_id: string; readonly outcome: Outcome },
): Promise<ReturnCount> {
  await db.lockKeys([`return-counts/${location_id}`])
  const counts = await db.findForUpdate(ReturnCount, location_id)
  if (counts) return db.update(ReturnCount, counts, { [outcome]: counts[outcome] + 1 })
  return db.insert(ReturnCount, { id: location_id, location_id, [outcome]: 1 })
}
