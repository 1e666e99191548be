import { conflict, type Fields, text } from '@mainspring/core'
import {
  forgetConsumer,
  getLogPositions,
  listInterventions,
  listSchedules,
  pauseQueue,
  resumeQueue,
} from '@mainspring/events'
import type { Route } from '@mainspring/http'
import type { PageTokens } from '@mainspring/resource'
import { getConsumer, listConsumers } from './consumers.ts'
import { createLetterRoutes } from './letter-routes.ts'
import { letterId } from './letters.ts'
import { chooseOperated, type Gathered, gather, getOperated, type Operated } from './operated.ts'
import { pageAcross } from './pages.ts'
import { operation } from './route.ts'
import {
  actorField,
  consumerSchema,
  forgottenSchema,
  interventionSchema,
  pageOf,
  pageParameters,
  serviceParameter,
  serviceSchema,
} from './schemas.ts'
import { createSubjectRoute } from './subject-route.ts'

/** What is told of operations where services are listed. */
export const OPERATIONS = {
  name: 'operations',
  description: 'How listeners and queues of all services are, and what is done about dead letters.',
}

/** The routes under /v1/operations: what whoever keeps these services running may see and do. */
export function createOperationsRoutes(all: readonly Operated[], tokens: PageTokens): readonly Route[] {
  return [
    ...serviceRoutes(all),
    ...consumerRoutes(all),
    ...createLetterRoutes(all, tokens),
    createSubjectRoute(all),
    interventionRoute(all, tokens),
  ]
}

function serviceRoutes(all: readonly Operated[]): readonly Route[] {
  return [
    operation('GET', 'services', {
      id: 'ListService',
      summary: 'List the services of this process, with their logs, who reads them, and their schedules',
      query: serviceParameter,
      reply: pageOf(serviceSchema),
      handle: async ({ query }) => whole(await gather(chooseOperated(all, query), async (one) => [await read(one)])),
    }),
    operation('GET', 'services/{service_id}', {
      id: 'GetService',
      summary: 'Get a service',
      reply: serviceSchema,
      handle: ({ params }) => read(getOperated(all, params.service_id ?? '')),
    }),
  ]
}

async function read({ name, store, sourceLags }: Operated) {
  const positions = await getLogPositions(store)
  const [sources, schedules] = [await sourceLags(), await listSchedules(store)]
  return { id: name, path: `services/${name}`, service: name, ...positions, sources, schedules }
}

const whole = ({ found, unreachable }: Gathered<object>) => ({
  results: found,
  ...(unreachable.length > 0 ? { unreachable } : {}),
})

function consumerRoutes(all: readonly Operated[]): readonly Route[] {
  const change = (verb: 'Pause' | 'Resume', summary: string, work: typeof pauseQueue) =>
    operation('POST', `consumers/{consumer_id}:${verb.toLowerCase()}`, {
      id: `:${verb}Consumer`,
      summary,
      body: { actor: actorField },
      reply: consumerSchema,
      errors: ['database_busy'],
      async handle({ params, body }) {
        const { one, consumer } = await getConsumer(all, params.consumer_id ?? '')
        await work(one.store, consumer.id, (body as Acting).actor)
        one.wake()
        return (await getConsumer(all, consumer.id)).consumer
      },
    })
  return [
    operation('GET', 'consumers', {
      id: 'ListConsumer',
      summary: 'List the listeners and queues, and how things stand with each',
      query: serviceParameter,
      reply: pageOf(consumerSchema),
      handle: async ({ query }) => whole(await gather(chooseOperated(all, query), listConsumers)),
    }),
    operation('GET', 'consumers/{consumer_id}', {
      id: 'GetConsumer',
      summary: 'Get a listener or queue',
      reply: consumerSchema,
      handle: async ({ params }) => (await getConsumer(all, params.consumer_id ?? '')).consumer,
    }),
    change('Pause', 'Have nothing taken from a queue, or handled for a listener, until it is resumed', pauseQueue),
    change('Resume', 'End the pause of a listener or queue', resumeQueue),
    operation('POST', 'consumers/{consumer_id}:forget', {
      id: ':ForgetConsumer',
      summary: 'Forget a listener or queue that no code has any more, with all that it still had to do',
      description:
        'Its place in the log keeps events from being pruned. A process elsewhere that still has it loses events.',
      body: { actor: actorField },
      reply: forgottenSchema,
      errors: ['consumer_declared', 'database_busy'],
      async handle({ params, body }) {
        const { one, consumer } = await getConsumer(all, params.consumer_id ?? '')
        if (consumer.declared) {
          const detail = `${consumer.id} is declared by ${one.name}, which runs here.`
          throw conflict('consumer_declared', { detail })
        }
        const items = await forgetConsumer(one.store, consumer.id, (body as Acting).actor)
        return { service: one.name, consumer: consumer.id, items }
      },
    }),
  ]
}

interface Acting {
  readonly actor: string
}

const interventionFilter = {
  ...serviceParameter,
  consumer: text({ optional: true, max: 200, description: 'One listener or queue.', example: 'rentals.settle_return' }),
} satisfies Fields

const interventionRoute = (all: readonly Operated[], tokens: PageTokens): Route =>
  operation('GET', 'interventions', {
    id: 'ListIntervention',
    summary: 'List what people did to listeners, queues, dead letters and subjects, the latest of each service first',
    query: { ...interventionFilter, ...pageParameters },
    reply: pageOf(interventionSchema),
    errors: ['page_token_invalid'],
    async handle({ query: { max_page_size, page_token, ...filter } }) {
      const queue = filter.consumer == null ? undefined : String(filter.consumer)
      const { rows, ...page } = await pageAcross({
        services: chooseOperated(all, filter),
        ...{ tokens, list: ['interventions', filter], max_page_size, page_token },
        read: (one, before, limit) => listInterventions(one.store, { queue }, { limit, ...(before ? { before } : {}) }),
      })
      const results = rows.map(({ one, row: { number: _, queue: consumer, item, ...row } }) => ({
        service: one.name,
        consumer,
        dead_letter_id: item === null ? null : letterId(one, item),
        ...row,
      }))
      return { results, ...page }
    },
  })
