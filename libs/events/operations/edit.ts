import { invalidFields, type Validator } from '@mainspring/core'
import type { Kysely, Selects } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { interventions } from '../tables.ts'
import { deadLetterNotFound } from './dead-letters.ts'

/** Replaces the payload of a dead letter; the old one is kept. Throws `not_found`, and `invalid_request` if `validate` finds something. */
export async function editDeadLetter(
  { database }: EventStore,
  number: number,
  payload: object,
  { actor, validate }: { readonly actor: string; readonly validate?: Validator | undefined },
): Promise<void> {
  const errors = validate?.(payload) ?? []
  if (errors.length > 0) throw invalidFields(errors)
  await database.write(async (db) => {
    const update_time = String(db.encode('timestamp', db.now()))
    const [letter] = await db.query((query: Selects<WorkTables>) => {
      const found = query.selectFrom('mainspring_items').select(['queue', 'payload'])
      const dead = found.where('number', '=', number).where('state', '=', 'DEAD')
      return db.engine === 'sqlite' ? dead : dead.forUpdate()
    })
    if (!letter) throw deadLetterNotFound(number)
    await db.execute((query: Kysely<WorkTables>) =>
      query
        .updateTable('mainspring_items')
        .set({ payload: JSON.stringify(payload), update_time })
        .where('number', '=', number),
    )
    const { queue, payload: old } = letter
    await db.append(interventions, [
      { actor, action: 'edit', queue, item: number, payload: old, create_time: db.now() },
    ])
  })
}
