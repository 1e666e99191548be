import { type Selects, sql, type TablesOf } from '@mainspring/data'
import { eraseSubjects, type Writes } from '@mainspring/events'
import { Rental } from '../entities/rental.ts'
import type { Return } from '../entities/return.ts'
import { User } from '../entities/user.ts'

type Scans = TablesOf<[typeof Return]> & { readonly returns: { readonly user_key: string } }

/**
 * Deletes a user, with `force` their rentals too, and erases what events say of them: those of their rentals and of their
 * scans. A scan that is still to be settled keeps its event, or it would be pending for ever; it says no more than the id.
 */
export async function deleteUser(
  { db }: Pick<Writes, 'db'>,
  user: User,
  { force }: { readonly force: boolean },
): Promise<void> {
  const subjects: string[] = []
  // Locked first: then a scan has either settled one of them and is found below, or finds none left to settle.
  for await (const rentals of db.pagesForUpdate(Rental, sql`user_id = ${user.id}`)) {
    subjects.push(...rentals.map(({ path }) => path))
  }
  const scans = await db.query((query: Selects<Scans>) =>
    query.selectFrom('returns').select('id').where('user_key', '=', user.id).where('state', '<>', 'PENDING'),
  )
  subjects.push(...scans.map(({ id }) => `returns/${id}`))
  await db.delete(User, user, { force })
  await eraseSubjects(db, subjects)
}
