import { array, boolean, createLog, currency, id, integer, number, object, oneOf, text } from '@mainspring/core'
import { type EventService, event, listener } from '@mainspring/events'
import { createServer } from '@mainspring/http'
import { expect, test } from 'vitest'
import { createEventDocuments } from './documents.ts'

const Placed = event(
  'snacks.order_placed',
  {
    order_id: id({ description: 'The <order>.' }),
    currency_code: currency(),
    channel: oneOf(['COUNTER', 'PHONE'], { default: 'COUNTER' }),
    note: text({ optional: true, max: 200 }),
    code: text({ pattern: '^[A-Z]+$', min: 2, max: 4 }),
    rating: number({ above: 0, below: 5 }),
    is_new: boolean(),
    words: array(text({ max: 9 })),
    items: array(object({ pizza_id: id(), count: integer({ min: 1, default: 1 }) }), { min: 1 }),
    tries: integer(),
  },
  { subject: 'orders/{order_id}', description: 'An order & its price.', version: 3 },
)
const handle = async () => {}
const record = listener({ name: 'notices.record', event: Placed, handle })
const confirm = listener({ name: 'notices.confirm', event: Placed, after: [record], handle })
const thank = listener({ name: 'notices.thank', event: Placed, after: [record, confirm], handle })

const snacks: EventService = { name: 'snacks', description: 'Takes orders.', events: [Placed], listeners: [] }
const notices: EventService = {
  name: 'notices',
  description: 'Tells.',
  events: [],
  listeners: [record, confirm, thank],
}

async function get(services: readonly EventService[], url: string) {
  const info = { title: 'Sample', version: '1.0.0' }
  const server = createServer({
    documents: createEventDocuments(services, info),
    info: { ...info, services: [] },
    routes: [],
    codes: [],
    health: { ready: async () => ({}), status: async () => ({}) },
    log: createLog({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
  })
  return server.inject({ method: 'GET', url })
}

test('the entrance leads to the page of events and to their document', async () => {
  const { text } = await get([snacks], '/')

  expect(text).toContain('<a href="/docs/events">')
  expect(text).toContain('<a href="/asyncapi.json">')
  expect(text).not.toContain('/schemas/')
})

test('the document of events is AsyncAPI', async () => {
  const { text } = await get([snacks, notices], '/asyncapi.json')

  expect(JSON.parse(text)).toMatchObject({
    asyncapi: '3.0.0',
    info: { title: 'Sample: events', version: '1.0.0' },
    channels: { 'snacks.order_placed': {} },
    operations: { 'notices.thank:snacks.order_placed': {} },
  })
})

test('the schema of an event is served under each version that it has had, and no other', async () => {
  const [first, third, fourth] = await Promise.all(
    [1, 3, 4].map((version) => get([snacks], `/schemas/snacks.order_placed/${version}`)),
  )

  expect(JSON.parse(third?.text ?? '')).toMatchObject({
    $id: 'mainspring:/schemas/snacks.order_placed/3',
    type: 'object',
  })
  expect([first?.text, first?.headers.get('content-type')]).toEqual([
    third?.text,
    'application/schema+json; charset=utf-8',
  ])
  expect(fourth?.status).toBe(404)
})

test('the page says of an event what it is, and what it says', async () => {
  const { text } = await get([snacks, notices], '/docs/events')
  const rows = [...text.matchAll(/<tr><td><code>(.*)<\/code><td>(.*)<td class="dim">(.*?)(?:<\/table>|$)/gm)].map(
    ([, ...cells]) => cells,
  )

  expect(text).toContain(
    '<h2>snacks.order_placed <span class="badge">version 3</span></h2>\n<p>An order &#38; its price.',
  )
  expect(text).toContain('<code>orders/{order_id}</code> · <a href="/schemas/snacks.order_placed/3">schema</a>')
  expect(text).toContain('&#34;specversion&#34;: &#34;1.0&#34;')
  expect(rows).toEqual([
    ['order_id', 'an id', 'The &#60;order&#62;.'],
    ['currency_code', 'an ISO 4217 currency code, such as EUR', ''],
    ['channel', 'one of COUNTER, PHONE, &#34;COUNTER&#34; by default', ''],
    ['note', 'text, at most 200 characters, or null', ''],
    ['code', 'text, like ^[A-Z]+$, 2 to 4 characters', ''],
    ['rating', 'a number, above 0, below 5', ''],
    ['is_new', 'true or false', ''],
    ['words', 'a list, each text, at most 9 characters', ''],
    ['items', 'a list, at least 1 item', ''],
    ['items[].pizza_id', 'an id', ''],
    ['items[].count', 'a whole number, at least 1, 1 by default', ''],
    ['tries', 'a whole number', ''],
  ])
})

test('the page draws who listens, each behind those that it comes after', async () => {
  const { text } = await get([snacks, notices], '/docs/events')
  const boxes = [...text.matchAll(/<rect x="(\d+)".*<text [^>]*>([^<]*)</g)]
  const fromLeft = boxes.toSorted(([, a], [, b]) => Number(a) - Number(b)).map(([, , name]) => name)

  expect(text).toContain(
    '<title>snacks.order_placed, then notices.record; notices.record, then notices.confirm; notices.record, then notices.thank; notices.confirm, then notices.thank</title>',
  )
  expect(new Set(boxes.map(([, x]) => x))).toHaveProperty('size', 4)
  expect(fromLeft).toEqual(['snacks.order_placed', 'notices.record', 'notices.confirm', 'notices.thank'])
})

test('the page says when nobody listens, when who emits is elsewhere, and when there is nothing', async () => {
  expect((await get([snacks], '/docs/events')).text).toContain('Nobody in this process.')
  expect((await get([notices], '/docs/events')).text).toContain(
    '<strong>snacks</strong>, which does not run in this process',
  )
  expect((await get([], '/docs/events')).text).toContain('No service here emits or listens to any.')
})
