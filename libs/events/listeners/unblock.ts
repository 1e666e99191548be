import type { Kysely, Selects, TablesOf } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { Listener } from '../listener.ts'
import type { items } from '../tables.ts'

type Tables = TablesOf<[typeof items]>

/** Items that are freed with one statement. */
const MOST = 1_000

/**
 * Frees the items of a listener that were blocked by those before it, and are no longer. It only looks at what is committed
 * and may be done by anybody at any time: what is freed too late is freed the next time. Resolves to how many.
 */
export async function unblock(store: EventStore, { name, after }: Listener): Promise<number> {
  const before = after.map((each) => each.name)
  if (before.length === 0) return 0
  let freed = 0
  for (;;) {
    const numbers = await findFree(store, name, before)
    if (numbers.length > 0) freed += await free(store, numbers)
    if (numbers.length < MOST) return freed
  }
}

/** In order: of one subject none is freed before another one that is free. */
async function findFree({ database }: EventStore, name: string, before: readonly string[]): Promise<readonly number[]> {
  const rows = await database.reader.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_items as blocked')
      .select('number')
      .where('queue', '=', name)
      .where('state', '=', 'BLOCKED')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('mainspring_items as first')
              .select('first.number')
              .where('first.queue', 'in', before)
              .whereRef('first.position', '=', 'blocked.position'),
          ),
        ),
      )
      .orderBy('number')
      .limit(MOST),
  )
  return rows.map(({ number }) => number)
}

const free = ({ database }: EventStore, numbers: readonly number[]): Promise<number> =>
  database.write((db) =>
    db.execute((query: Kysely<Tables>) =>
      query
        .updateTable('mainspring_items')
        .set({ state: 'READY' })
        .where('number', 'in', numbers)
        .where('state', '=', 'BLOCKED'),
    ),
  )
