import { id, text } from '@mainspring/core'
import { CloudEvent } from 'cloudevents'
import { expect, test } from 'vitest'
import { createEnvelope, type Envelope, LARGEST_EVENT, understand, writeEnvelope } from './envelope.ts'
import { event } from './event.ts'
import { OrderPlaced, said } from './testing/orders.ts'

const MOMENT = Date.parse('2026-11-20T09:30:00Z')
const made = { newId: () => '0199c0de-0000-7000-8000-000000000001', now: MOMENT, origin: {} }

const envelope = createEnvelope(OrderPlaced, said, made)

const withData = (data: unknown): Envelope => ({ ...envelope, data })

test('an envelope says what happened, to what, where and when, and what describes it', () => {
  expect(envelope).toEqual({
    id: '0199c0de-0000-7000-8000-000000000001',
    source: '/snacks',
    type: 'snacks.order_placed',
    specversion: '1.0',
    subject: 'orders/4711',
    time: '2026-11-20T09:30:00.000Z',
    datacontenttype: 'application/json',
    dataschema: 'mainspring:/schemas/snacks.order_placed/1',
    data: { ...said, channel: 'COUNTER', note: null },
  })
})

test('an envelope is a CloudEvent, with the extensions for what caused it', () => {
  const origin = {
    requestid: 'r-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'vendor=1',
  }
  const traced = createEnvelope(OrderPlaced, said, { ...made, origin })

  const read = new CloudEvent(JSON.parse(writeEnvelope(traced)))

  expect(read.validate()).toBe(true)
  expect(read.toJSON()).toEqual(traced)
  expect(traced).toMatchObject(origin)
})

test('an envelope without an origin says nothing of one', () => {
  const { requestid: _, ...origin } = { requestid: 'r-1', traceparent: undefined, tracestate: undefined }

  expect(Object.keys(createEnvelope(OrderPlaced, said, { ...made, origin }))).toEqual(Object.keys(envelope))
})

test('what is wrong is named, and no event is made of it', () => {
  const wrong = { ...said, total_minor: -1, items: [{ pizza_id: 'A b', count: 0 }], colour: 'red' }

  expect(() => createEnvelope(OrderPlaced, wrong, made)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      errors: ['colour', 'total_minor', 'items[0].pizza_id', 'items[0].count'].map((field) =>
        expect.objectContaining({ field }),
      ),
    }),
  )
})

test('what was said stays as it was given', () => {
  const items = [{ pizza_id: 'margherita' }] as unknown as (typeof said)['items']

  const { data } = createEnvelope(OrderPlaced, { ...said, items }, made)

  expect(data.items).toEqual([{ pizza_id: 'margherita', count: 1 }])
  expect(items).toEqual([{ pizza_id: 'margherita' }])
})

const NoteTaken = event(
  'snacks.note_taken',
  { note_id: id(), text: text({ optional: true }) },
  { subject: 'notes/{note_id}', description: 'Somebody wrote something down.' },
)

test.each([
  ['ASCII', 'a'],
  ['what takes two bytes', 'ä'],
  ['what takes three', '€'],
  ['pairs of surrogates', '😀'],
])('an event may have 64 KiB to the byte, written with %s', (_, character) => {
  const noteOf = (words: string) => createEnvelope(NoteTaken, { note_id: 'n1', text: words }, made)
  const room = LARGEST_EVENT - Buffer.byteLength(JSON.stringify(noteOf('')))
  const size = Buffer.byteLength(character)
  const full = character.repeat(Math.floor(room / size)) + 'a'.repeat(room % size)

  expect(Buffer.byteLength(writeEnvelope(noteOf(full)))).toBe(65_536)
  expect(() => writeEnvelope(noteOf(`${full}a`))).toThrow(
    expect.objectContaining({
      code: 'event_too_large',
      message: 'A snacks.note_taken has 65537 bytes; 65536 are the most that an event may have.',
      members: { bytes: 65_537 },
    }),
  )
})

test('members that a newer emitter added are left out, however deep', () => {
  const newer = { ...envelope.data, colour: 'red', items: [{ pizza_id: 'margherita', count: 2, extra: { cheese: 1 } }] }

  expect(understand(OrderPlaced, withData(newer))).toEqual(envelope)
})

test('members that an older emitter did not know are null or their default', () => {
  const { channel: _, note: __, ...older } = envelope.data

  expect(understand(OrderPlaced, withData(older))).toEqual(envelope)
})

test('what an envelope says besides its data is handed on as it came', () => {
  const strange = { ...envelope, requestid: 'r-1', partitionkey: 'added by a broker' }

  expect(understand(OrderPlaced, strange)).toEqual(strange)
})

test.each([
  [undefined, 'data: Must be an object.'],
  [null, 'data: Must be an object.'],
  ['rubbish', 'data: Must be an object.'],
  [[said], 'data: Must be an object.'],
  [{}, 'order_id: Must be given. total_minor: Must be given. currency_code: Must be given. items: Must be given.'],
  [{ ...said, total_minor: '2450' }, 'total_minor: Must be a whole number.'],
  [{ ...said, items: [{ pizza_id: 'a', count: 0 }] }, 'items[0].count: Must be at least 1.'],
  [{ ...said, items: ['margherita'] }, 'items[0]: Must be an object.'],
  [{ ...said, items: { 0: 'margherita' } }, 'items: Must be a list.'],
])('rubbish is refused, naming what is wrong with it: %j', (data, detail) => {
  expect(() => understand(OrderPlaced, withData(data))).toThrow(
    expect.objectContaining({
      code: 'event_invalid',
      message: `The event ${envelope.id} is no snacks.order_placed as it is known here. ${detail}`,
    }),
  )
})

test('what is wrong only because it is newer may be understood later', () => {
  const newer = {
    ...withData({ ...envelope.data, channel: 'ROBOT' }),
    dataschema: 'mainspring:/schemas/snacks.order_placed/2',
  }

  expect(() => understand(OrderPlaced, newer)).toThrow(
    expect.objectContaining({
      kind: 'unavailable',
      code: 'event_too_new',
      message: expect.stringContaining('channel: '),
    }),
  )
  expect(() => understand(OrderPlaced, { ...newer, dataschema: envelope.dataschema })).toThrow(
    expect.objectContaining({ code: 'event_invalid' }),
  )
})
