import { eraseOnRequest } from '@mainspring/events'
import type { Route } from '@mainspring/http'
import { chooseOperated, type Operated } from './operated.ts'
import { operation } from './route.ts'
import { actorField, dryRunField, erasedSchema, serviceParameter, subjectField } from './schemas.ts'

/** The route that erases what events and items say of a subject, in each service by itself. */
export const createSubjectRoute = (all: readonly Operated[]): Route =>
  operation('POST', 'subjects:erase', {
    id: ':EraseSubject',
    summary: 'Erase what events, items and dead letters say of a subject',
    description:
      'Delete its row first: what a unit of work under way emits would follow. If it fails for a database, do it again. ' +
      'See first how much there is, with `dry_run`.',
    body: { subject: subjectField, ...serviceParameter, actor: actorField, dry_run: dryRunField },
    reply: erasedSchema,
    errors: ['database_busy'],
    async handle({ body }) {
      const { subject, service, actor, dry_run } = body as Erasing
      const sum = { subject, events: 0, items: 0, dry_run }
      for (const { store, wake } of chooseOperated(all, { service })) {
        const { events, items } = await eraseOnRequest(store, subject, { actor, dry_run })
        sum.events += events
        sum.items += items
        if (items > 0 && !dry_run) wake()
      }
      return sum
    },
  })

interface Erasing {
  readonly subject: string
  readonly service: string | null
  readonly actor: string
  readonly dry_run: boolean
}
