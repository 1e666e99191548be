import { Parser } from '@asyncapi/parser'
import { Ajv } from 'ajv'
import ajvFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { createAsyncApi, type EventService, listEvents } from './asyncapi.ts'
import { listener } from './listener.ts'
import { OrderPlaced } from './testing/orders.ts'
import { sampleServices } from './testing/services.ts'

const info = { title: 'Sample', version: '1.0.0' }

/** JSON Schema draft 7; formats that it does not know say nothing. */
const asyncapiDialect = ajvFormats.default(new Ajv({ strict: false, logger: false }))

/** What the parser reads in a document, and the mistakes that it finds. */
async function parse(services: readonly EventService[]) {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(createAsyncApi(services, info)))
  const mistakes = diagnostics
    .filter(({ severity }) => severity === 0)
    .map(({ path, message }) => `${path.join('.')} ${message}`)
  return { document, mistakes }
}

test('the document of the sample services is valid AsyncAPI 3.0, examples included', async () => {
  const { document, mistakes } = await parse(sampleServices)

  expect(mistakes).toEqual([])
  expect(document?.version()).toBe('3.0.0')
})

test('there is a channel for each event, and an operation for each who emits or listens', async () => {
  const { document } = await parse(sampleServices)

  expect(
    document
      ?.channels()
      .all()
      .map((channel) => channel.address()),
  ).toEqual(['snacks.order_cancelled', 'snacks.order_placed'])
  expect(
    document
      ?.operations()
      .all()
      .map((each) => `${each.tags().all()[0]?.name()}: ${each.action()} ${each.id()}`),
  ).toEqual([
    'snacks: send snacks.order_placed:send',
    'snacks: send snacks.order_cancelled:send',
    'notices: receive notices.record_order:snacks.order_placed',
    'notices: receive notices.record_order:snacks.order_cancelled',
    'notices: receive notices.confirm_order:snacks.order_placed',
    'notices: receive notices.count_order:snacks.order_placed',
    'notices: receive notices.thank_guest:snacks.order_placed',
    'kitchen: receive kitchen.cook_order:snacks.order_placed',
  ])
})

test('a listener says after which others it comes', () => {
  expect(createAsyncApi(sampleServices, info).operations).toMatchObject({
    'notices.record_order:snacks.order_placed': { title: 'notices.record_order' },
    'notices.thank_guest:snacks.order_placed': { description: 'After notices.confirm_order and notices.count_order.' },
  })
})

test('an event is there also where only its listener runs', () => {
  const cook = listener({ name: 'kitchen.cook', event: OrderPlaced, handle: async () => {} })

  expect(listEvents([{ name: 'kitchen', description: '', events: [], listeners: [cook] }])).toEqual([OrderPlaced])
})

test('a message is a CloudEvent that says what its event says, and so is its example', async () => {
  const { document } = await parse(sampleServices)
  const message = document?.channels().get('snacks.order_placed')?.messages().get('snacks.order_placed')
  const example = message?.examples().all()[0]?.payload()
  const check = asyncapiDialect.compile(message?.payload()?.json() ?? false)

  expect([check(example), check.errors]).toEqual([true, null])
  expect(check({ ...example, type: 'snacks.order_cancelled' })).toBe(false)
  expect(check({ ...example, data: { ...example?.data, total_minor: -1 } })).toBe(false)
  expect(message?.contentType()).toBe('application/cloudevents+json')
  expect(example).toMatchObject({
    source: '/snacks',
    subject: 'orders/a',
    data: {
      total_minor: 2450,
      currency_code: 'EUR',
      channel: 'COUNTER',
      note: null,
      items: [{ pizza_id: 'a', count: 1 }],
    },
  })
})
