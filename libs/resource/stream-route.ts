import { boolean, type Fields, text, unavailable } from '@mainspring/core'
import { dataSchemaOf, type EventStream, type EventType, sourceOf } from '@mainspring/events'
import type { Reply, Request, Route, ServerSentEvents } from '@mainspring/http'
import { withArticle } from './article.ts'
import { customPath } from './custom-route.ts'
import { idOf } from './methods.ts'
import { type Plan, route } from './plan.ts'
import type { StreamMethod } from './stream.ts'

/** The route of a stream. Throws for events of other services that are not looked for in the inbox. */
export function streamRoute(plan: Plan, name: string, { events, options }: StreamMethod): Route {
  const { standard, params } = plan
  const { entity, runtime } = standard
  const { collection = false, log = 'outbox' } = options
  const foreign = log === 'outbox' && events.find((event) => sourceOf(event) !== runtime.service)
  if (foreign) throw new Error(`${runtime.service} does not emit ${foreign.type}, so it cannot stream it.`)
  const verb = `:${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const whose = collection ? entity.collection : withArticle(entity.singular)
  const base = route(plan, 'GET', customPath(plan, name, collection), verb, options.summary ?? `Follow ${whose}`)
  return {
    ...base,
    operation: { ...base.operation, description: describe(base.operation.summary, events, options.description) },
    scope: options.scope ?? base.scope,
    ...(collection ? {} : { params }),
    query: { ...options.query, ...placeFields },
    headers: placeHeader,
    replies: [
      {
        status: 200,
        description: 'Events as they happen; a client that was cut comes again with `Last-Event-ID`.',
        content_type: 'text/event-stream',
        schema: { type: 'string' },
        events: Object.fromEntries(events.map((event) => [event.type, dataSchemaOf(event)])),
      },
    ],
    errors: [...(collection ? [] : ['not_found']), 'position_gone'],
    isEventStream: true,
    handle: (request) => tell(plan, request, { events, options }),
  }
}

async function tell(
  { standard }: Plan,
  request: Request,
  { events, options }: Pick<StreamMethod, 'events' | 'options'>,
): Promise<Reply> {
  const { runtime, entity } = standard
  const { from, live, ...query } = request.query
  const matches = options.matches as ((event: unknown, query: object) => boolean) | undefined
  const stream = await runtime.follow(events, {
    from: placeOf(request.header('last-event-id') ?? String(from)),
    live: live === true,
    subject: options.collection ? undefined : (await runtime.database.reader.get(entity, idOf(standard, request))).path,
    log: options.log ?? 'outbox',
    ...(matches ? { matches: (event) => matches(event, query) } : {}),
    ...(request.signal ? { signal: request.signal } : {}),
  })
  return { status: 200, events: toServerSent(stream, () => live === false && request.signal?.aborted === true) }
}

/** Who asked for what has happened so far takes an end for that: one that comes before must not look like it. */
function toServerSent(stream: EventStream<EventType>, isCut: () => boolean): ServerSentEvents {
  return {
    get id() {
      return String(stream.position)
    },
    async *[Symbol.asyncIterator]() {
      for await (const { position, event } of stream) yield { id: String(position), event: event.type, data: event }
      if (isCut()) throw unavailable('not_ready', { detail: 'The process ends; come again where this ended.' })
    },
  }
}

const placeOf = (text: string): 'beginning' | 'now' | number =>
  text === 'beginning' || text === 'now' ? text : Number(text)

const placeFields: Fields = {
  from: text({
    default: 'now',
    pattern: '^(now|beginning|[0-9]{1,15})$',
    description: 'Where to begin: `now`, at the `beginning` of what is kept, or behind the `id` of an event.',
    example: 'beginning',
  }),
  live: boolean({ default: true, description: 'With `false` it ends with what has happened so far.' }),
}

const placeHeader: Fields = {
  'Last-Event-ID': text({
    optional: true,
    pattern: '^[0-9]{1,15}$',
    description: 'The `id` of the last event that came; counts before `from`. Browsers send it by themselves.',
  }),
}

function describe(summary: string, events: readonly EventType[], more: string | undefined): string {
  const types = events.map(({ type, description }) => `\`${type}\`: ${description}`)
  return [
    `${more ?? `${summary}.`} Server-sent events: \`event\` is the type, \`data\` the event as a CloudEvent, \`id\` its place.`,
    ...types.map((line) => `- ${line}`),
  ].join('\n')
}
