import { boolean, id, type Spool, text } from '@mainspring/core'
import { entity, type Reads, type Row, type Writes } from '@mainspring/data'
import { type Writes as EventWrites, event, listener, queue } from '@mainspring/events'
import { action, read, resource } from '@mainspring/resource'
import { expect, expectTypeOf, test } from 'vitest'
import { service } from './service.ts'

const Pizza = entity('pizzas', 'pizza', { name: text() })
type Pizza = Row<typeof Pizza>
interface Kitchen {
  readonly kitchen: { readonly ring: () => void }
}

async function ringFor({ db, kitchen }: Writes & Kitchen, { id }: { readonly id: string }): Promise<Pizza> {
  kitchen.ring()
  return db.getForUpdate(Pizza, id)
}
async function bake({ db }: Writes, input: { readonly name: string; readonly oven: string }): Promise<Pizza> {
  return db.insert(Pizza, { name: `${input.name} from ${input.oven}` })
}
async function peek({ kitchen }: Kitchen): Promise<{ readonly is_open: boolean }> {
  kitchen.ring()
  return { is_open: true }
}

const base = { name: 'snacks', description: 'Pizza.', entities: [Pizza], migrations: new URL('file:///none/') }

test('a service that connects what its use cases need is plain data', () => {
  const pizzas = resource(Pizza, { list: true, custom: { ring: action(ringFor), peek: read(peek) } })
  const snacks = service({
    ...base,
    config: { bell: text({ default: 'ding' }) },
    connect: ({ bell }) => {
      expectTypeOf(bell).toEqualTypeOf<string>()
      return { kitchen: { ring: () => {} } }
    },
    resources: [pizzas],
  })

  expect(snacks).toMatchObject({ name: 'snacks', fixtures: [], codes: {} })
})

test('a resource whose entity is not declared is refused, since it would have no table', () => {
  const Drink = entity('drinks', 'drink', { name: text() })
  const drinks = resource(Drink, { list: true })

  expect(() => service({ ...base, connect: () => ({}), resources: [drinks] })).toThrow(
    'snacks serves drinks, which is not among its entities.',
  )
})

test('a port that is not connected is a type error', () => {
  const pizzas = resource(Pizza, { get: true, custom: { ring: action(ringFor) } })

  // @ts-expect-error: property 'kitchen' is missing
  const incomplete = service({ ...base, connect: () => ({}), resources: [pizzas] })

  expect(incomplete.name).toBe('snacks')
})

test('a read that could write is a type error', () => {
  // @ts-expect-error: a read gets no way to write
  const pizzas = resource(Pizza, { custom: { ring: read(ringFor) } })

  expect(pizzas.entity).toBe(Pizza)
})

test('what is prepared is there for a use case that states it, and what that needs is connected', () => {
  const keep = async (_: Reads & Kitchen, { upload }: { readonly upload: Spool }) => ({ image: upload.sha256 })
  const add = async ({ db }: Writes, { id, image }: { readonly id: string; readonly image: string }) =>
    db.update(Pizza, await db.getForUpdate(Pizza, id), { name: image })

  // @ts-expect-error: nobody makes the image
  const wrong = action(add, { upload: 'image/png' })
  const right = resource(Pizza, { custom: { add: action(add, { upload: 'image/png', prepare: keep }) } })
  // @ts-expect-error: property 'kitchen' is missing
  const incomplete = service({ ...base, connect: () => ({}), resources: [right] })

  expect([wrong.kind, incomplete.name]).toEqual(['action', 'snacks'])
})

test('an answer in pieces is for reads, whose database outlives them', () => {
  async function* pieces() {
    yield 'a'
  }
  const options = { collection: true, reply: { content_type: 'text/plain' } } as const

  // @ts-expect-error: the unit of work would be over
  const wrong = action(async (_: Writes) => pieces(), options)
  const right = [read(async (_: Reads) => pieces(), options), read((_: Reads) => pieces(), options)]

  expect([wrong, ...right].map(({ kind }) => kind)).toEqual(['action', 'read', 'read'])
})

test('a use case that wants more than the request gives is a type error', () => {
  // @ts-expect-error: the resource as it is sent has no oven
  const wrong = resource(Pizza, { create: { handle: bake } })
  // @ts-expect-error: an action's body must have what its use case takes
  const alsoWrong = resource(Pizza, { custom: { bake: action(bake, { body: { name: text() }, collection: true }) } })
  const right = resource(Pizza, {
    custom: { bake: action(bake, { body: { name: text(), oven: text() }, collection: true }) },
  })

  expect([wrong, alsoWrong, right].map(({ entity }) => entity.name)).toEqual(['pizzas', 'pizzas', 'pizzas'])
})

test('an upload, and parameters beside it, are there for a use case that states them', () => {
  const load = async (_: Writes, { dry, upload }: { readonly dry: boolean; readonly upload: Spool }) => ({
    dry,
    bytes: upload.bytes,
  })
  const query = { dry: boolean() }

  // @ts-expect-error: nothing is uploaded
  const wrong = action(load, { collection: true, body: query })
  // @ts-expect-error: nobody says whether it is dry
  const alsoWrong = action(load, { collection: true, upload: 'text/csv' })
  // @ts-expect-error: one or the other
  const both = action(load, { collection: true, upload: 'text/csv', body: query })
  const right = action(load, {
    collection: true,
    upload: { media_types: ['text/csv'], most_bytes: 1_000 },
    query,
    async prepare(_needs: Reads, { dry, upload }) {
      expectTypeOf(dry).toEqualTypeOf<boolean>()
      expectTypeOf(upload).toEqualTypeOf<Spool>()
    },
  })

  expect([wrong, alsoWrong, both, right].map(({ kind }) => kind)).toEqual(['action', 'action', 'action', 'action'])
})

const PizzaBaked = event(
  'snacks.pizza_baked',
  { pizza_id: id(), topping: text({ optional: true }) },
  { subject: 'pizzas/{pizza_id}', description: 'A pizza is ready.' },
)
const ringing = queue({
  name: 'snacks.ring',
  payload: { pizza_id: id() },
  perform: async ({ kitchen }: Reads & Kitchen, { payload }) => {
    kitchen.ring()
    return payload.pizza_id.length
  },
  settle: async ({ db }: EventWrites, { payload }, outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<number>()
    await db.find(Pizza, payload.pizza_id)
  },
})
const ringLater = listener({
  name: 'snacks.ring_later',
  event: PizzaBaked,
  handle: async ({ enqueue, emit, kitchen }: EventWrites & Kitchen, { data }) => {
    expectTypeOf(data.topping).toEqualTypeOf<string | null>()
    kitchen.ring()
    await enqueue(ringing, { pizza_id: data.pizza_id }, { key: data.pizza_id })
    await emit(PizzaBaked, { pizza_id: data.pizza_id })
  },
})

test('what listeners and queues need must be connected, too', () => {
  const parts = { ...base, resources: [], events: [PizzaBaked] }

  // @ts-expect-error: property 'kitchen' is missing
  const deaf = service({ ...parts, connect: () => ({}), listeners: [ringLater] })
  // @ts-expect-error: property 'kitchen' is missing
  const mute = service({ ...parts, connect: () => ({}), queues: [ringing] })
  const both = { connect: () => ({ kitchen: { ring: () => {} } }), listeners: [ringLater], queues: [ringing] }

  expect([deaf, mute, service({ ...parts, ...both })].map(({ listeners, queues }) => [listeners, queues])).toEqual([
    [[ringLater], []],
    [[], [ringing]],
    [[ringLater], [ringing]],
  ])
})

test('an event that is called after another service is refused', () => {
  const parts = { ...base, name: 'rentals', connect: () => ({}), resources: [], events: [PizzaBaked] }

  expect(() => service(parts)).toThrow('rentals cannot emit snacks.pizza_baked')
})

test('a listener or queue that is called after another service is refused, and so are two of one name', () => {
  const parts = { ...base, connect: () => ({ kitchen: { ring: () => {} } }), resources: [], queues: [ringing] }

  expect(() => service({ ...parts, name: 'rentals' })).toThrow('snacks.ring must be called rentals.…')
  expect(() => service({ ...parts, queues: [ringing, { ...ringing }] })).toThrow(
    'Two listeners or queues are called snacks.ring.',
  )
})
