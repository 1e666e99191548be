import type { EventStore } from '../context.ts'
import { countSubject, type Erased, eraseSubjects } from '../erasure.ts'
import { interventions } from '../tables.ts'
import type { TreatmentOptions } from './treatment.ts'

/**
 * Erases what was said of a subject whose row is gone, as `eraseSubjects` does, and notes who did it if there was something; or
 * tells how much there is.
 */
export async function eraseOnRequest(
  { database }: EventStore,
  subject: string,
  { actor, dry_run = false }: TreatmentOptions,
): Promise<Erased> {
  if (dry_run) return countSubject(database.reader, subject)
  return database.write(async (db) => {
    const erased = await eraseSubjects(db, [subject])
    if (erased.events + erased.items > 0) {
      const payload = JSON.stringify({ subject })
      await db.append(interventions, [{ actor, action: 'erase', queue: NO_QUEUE, payload, create_time: db.now() }])
    }
    return erased
  })
}

/** What an intervention says in place of a queue or listener when it was about none. */
export const NO_QUEUE = ''
