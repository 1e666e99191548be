import { conflict, invalid, invalidFields, joinField } from '@mainspring/core'
import type { Kysely, Selects } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import { type Envelope, understand, writeEnvelope } from '../envelope.ts'
import type { WorkTables } from '../items.ts'
import type { Listener } from '../listener.ts'
import type { Queue } from '../queue.ts'
import { interventions } from '../tables.ts'
import { deadLetterNotFound } from './dead-letters.ts'

/** What a service declares that dead letters come from. */
export interface Consumers {
  readonly listeners: readonly Listener[]
  readonly queues: readonly Queue[]
}

/**
 * Replaces the payload of a dead letter; the old one is kept. Of an event only `data` may become another one. Throws
 * `not_found`, `invalid_request`, `event_invalid` or `event_too_large` for what its queue or listener would not take, and
 * `consumer_undeclared` when there is none any more that could tell.
 */
export async function editDeadLetter(
  { database }: EventStore,
  number: number,
  payload: object,
  { actor, consumers }: { readonly actor: string; readonly consumers: Consumers },
): Promise<void> {
  await database.write(async (db) => {
    const update_time = String(db.encode('timestamp', db.now()))
    const [letter] = await db.query((query: Selects<WorkTables>) => {
      const found = query.selectFrom('mainspring_items').select(['queue', 'payload'])
      const dead = found.where('number', '=', number).where('state', '=', 'DEAD')
      return db.engine === 'sqlite' ? dead : dead.forUpdate()
    })
    if (!letter) throw deadLetterNotFound(number)
    const { queue, payload: old } = letter
    checkPayload(consumers, queue, JSON.parse(old), payload)
    await db.execute((query: Kysely<WorkTables>) =>
      query
        .updateTable('mainspring_items')
        .set({ payload: JSON.stringify(payload), update_time })
        .where('number', '=', number),
    )
    await db.append(interventions, [
      { actor, action: 'edit', queue, item: number, payload: old, create_time: db.now() },
    ])
  })
}

function checkPayload({ queues, listeners }: Consumers, name: string, old: Envelope, payload: object): void {
  const queue = queues.find((each) => each.name === name)
  if (queue) {
    const errors = queue.validate(payload).map((error) => ({ ...error, field: joinField('payload', error.field) }))
    if (errors.length > 0) throw invalidFields(errors)
    return
  }
  const events = listeners.find((each) => each.name === name)?.events
  const event = events?.find(({ type }) => type === old.type)
  if (!event) {
    throw conflict('consumer_undeclared', { detail: `Nothing here can tell what ${name} takes.`, consumer: name })
  }
  const members = new Set([...Object.keys(old), ...Object.keys(payload)])
  const changed = [...members].filter((member) => member !== 'data' && !isSame(old, payload, member))
  if (changed.length > 0) {
    const detail = `Only \`data\` of an event can be edited, not ${changed.join(', ')}.`
    throw invalid('event_invalid', { field: 'payload', detail })
  }
  const edited = { ...old, ...payload }
  understand(event, edited)
  writeEnvelope(edited)
}

const isSame = (one: object, other: object, member: string): boolean =>
  JSON.stringify(Reflect.get(one, member)) === JSON.stringify(Reflect.get(other, member))
