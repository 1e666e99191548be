import { array, type Fields, invalid, objectSchema, text } from '@mainspring/core'
import { discardDeadLetters, editDeadLetter, listCauses, listDeadLetters, replayDeadLetters } from '@mainspring/events'
import type { Route } from '@mainspring/http'
import type { PageTokens } from '@mainspring/resource'
import {
  chooseLetters,
  type LetterFilter,
  letterId,
  letterNotFound,
  locateLetter,
  presentLetter,
  readLetter,
  rethrowNaming,
} from './letters.ts'
import { gather, type Operated } from './operated.ts'
import { pageAcross } from './pages.ts'
import { operation } from './route.ts'
import {
  actorField,
  causeSchema,
  dryRunField,
  filterFields,
  letterSchema,
  listedLetterSchema,
  pageOf,
  pageParameters,
  treatedSchema,
} from './schemas.ts'

/** What is done to dead letters. */
const TREATMENTS = {
  replay: { Verb: 'Replay', treat: replayDeadLetters, summary: 'Have dead letters tried again' },
  discard: {
    Verb: 'Discard',
    treat: discardDeadLetters,
    summary: 'Remove dead letters; for a listener that counts as done',
  },
}

/** The routes of dead letters. */
export function createLetterRoutes(all: readonly Operated[], tokens: PageTokens): readonly Route[] {
  return [
    operation('GET', 'dead-letters', {
      id: 'ListDeadLetter',
      summary: 'List dead letters, the oldest of each service first',
      query: { ...filterFields, ...pageParameters },
      reply: pageOf(listedLetterSchema),
      errors: ['page_token_invalid'],
      async handle({ query: { max_page_size, page_token, ...filter } }) {
        const chosen = chooseLetters(all, filter)
        const { rows, ...page } = await pageAcross({
          services: chosen.map(({ one }) => one),
          ...{ tokens, list: ['dead-letters', filter], max_page_size, page_token },
          read: (one, after, limit) =>
            listDeadLetters(one.store, chosen[0]?.filter ?? {}, { after: after ?? 0, limit }),
        })
        return { results: rows.map(({ one, row }) => presentLetter(one, row)), ...page }
      },
    }),
    operation('GET', 'dead-letters/{dead_letter_id}', {
      id: 'GetDeadLetter',
      summary: 'Get a dead letter with its attempts, and what was done about it',
      reply: letterSchema,
      handle: ({ params }) => readLetter(all, params.dead_letter_id ?? ''),
    }),
    operation('GET', 'dead-letter-causes', {
      id: 'ListDeadLetterCause',
      summary: 'List dead letters by what is alike in their errors, the most frequent first',
      query: filterFields,
      reply: pageOf(causeSchema),
      async handle({ query }) {
        const chosen = chooseLetters(all, query)
        const { found, unreachable } = await gather(
          chosen.map(({ one }) => one),
          (one) => findCauses(one, chosen[0]?.filter ?? {}),
        )
        return {
          results: found.toSorted((a, b) => b.count - a.count),
          ...(unreachable.length > 0 ? { unreachable } : {}),
        }
      },
    }),
    operation('POST', 'dead-letters/{dead_letter_id}:edit', {
      id: ':EditDeadLetter',
      summary: 'Replace the payload of a dead letter; the old one is kept',
      description: 'It is checked as the queue would check it. Of an event only `data` may become another one.',
      body: { schema: editSchema },
      reply: letterSchema,
      errors: ['consumer_undeclared', 'event_invalid', 'event_too_large', 'database_busy'],
      async handle({ params, body }) {
        const id = params.dead_letter_id ?? ''
        const { payload, actor } = body as { readonly payload: object; readonly actor: string }
        const { one, number } = locateLetter(all, id)
        await editDeadLetter(one.store, number, payload, { actor, consumers: one.declared }).catch(rethrowNaming(id))
        return readLetter(all, id)
      },
    }),
    ...(['replay', 'discard'] as const).flatMap((verb) => [treatOne(all, verb), treatMany(all, verb)]),
  ]
}

const editSchema = {
  ...objectSchema({ actor: actorField }),
  properties: {
    payload: { type: 'object', description: 'All of the new payload.', examples: [{ notice_id: 'welcome' }] },
    actor: actorField,
  },
  required: ['payload'],
}

async function findCauses(one: Operated, filter: Parameters<typeof listCauses>[1]) {
  const causes = await listCauses(one.store, filter)
  return causes.map(({ queue, examples, ...cause }) => ({
    service: one.name,
    consumer: queue,
    ...cause,
    examples: examples.map(({ number }) => letterId(one, number)),
  }))
}

interface Treatment extends LetterFilter {
  readonly actor: string
  readonly dry_run: boolean
}

function treatOne(all: readonly Operated[], verb: keyof typeof TREATMENTS): Route {
  const { Verb, treat, summary } = TREATMENTS[verb]
  return operation('POST', `dead-letters/{dead_letter_id}:${verb}`, {
    id: `:${Verb}DeadLetter`,
    summary: summary.replace('dead letters', 'a dead letter'),
    body: { actor: actorField, dry_run: dryRunField },
    reply: treatedSchema,
    errors: ['database_busy'],
    async handle({ params, body }) {
      const { actor, dry_run } = body as Treatment
      const { one, number } = locateLetter(all, params.dead_letter_id ?? '')
      const { count, first } = await treat(one.store, { numbers: [number] }, { actor, dry_run })
      if (count === 0) throw letterNotFound(letterId(one, number))
      if (!dry_run) one.wake()
      return { count, dry_run, examples: first.map((each) => presentLetter(one, each)) }
    },
  })
}

const manyFields = {
  ...filterFields,
  ids: array(text({ max: 80 }), { optional: true, min: 1, max: 1_000, description: 'These.' }),
  actor: actorField,
  dry_run: dryRunField,
} satisfies Fields

function treatMany(all: readonly Operated[], verb: keyof typeof TREATMENTS): Route {
  const { Verb, treat, summary } = TREATMENTS[verb]
  return operation('POST', `dead-letters:${verb}`, {
    id: `:${Verb}DeadLetters`,
    summary: `${summary}, all that are meant`,
    description: 'All conditions hold together; there must be one. See first what it would do, with `dry_run`.',
    body: manyFields,
    reply: treatedSchema,
    errors: ['filter_required', 'not_found', 'database_busy'],
    async handle({ body }) {
      const { actor, dry_run, ...filter } = body as Treatment
      if (Object.values(filter).every((each) => each == null)) {
        const detail = `Say which: ${Object.keys(manyFields).slice(0, -2).join(', ')}. A service alone will do.`
        throw invalid('filter_required', { detail })
      }
      const sum = { count: 0, dry_run, examples: [] as object[] }
      for (const { one, filter: own } of chooseLetters(all, filter)) {
        const { count, first } = await treat(one.store, own, { actor, dry_run })
        sum.count += count
        sum.examples.push(...first.map((each) => presentLetter(one, each)))
        if (count > 0 && !dry_run) one.wake()
      }
      return { ...sum, examples: sum.examples.slice(0, 10) }
    },
  })
}
