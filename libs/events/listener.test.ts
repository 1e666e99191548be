import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inOrder, type Listener, listener } from './listener.ts'
import { USUAL_RETRY } from './retry.ts'
import { OrderCancelled, OrderPlaced } from './testing/orders.ts'

const handle = async () => {}

const named = (name: string, after: readonly Listener[] = []): Listener =>
  listener({ name, event: OrderPlaced, after, handle })

const namesOf = (listeners: readonly Listener[]) => listeners.map(({ name }) => name)

/** No declaration can make one, since each needs the one before: so it is tied afterwards. */
function circleOf(...names: readonly string[]): readonly Listener[] {
  const listeners = names.map((name) => ({ ...named(name), after: [] as Listener[] }))
  for (const [index, each] of listeners.entries()) {
    const next = listeners[(index + 1) % listeners.length]
    if (next) each.after.push(next)
  }
  return listeners
}

test('a listener has the usual retries, starts now and comes after nobody, unless it says otherwise', () => {
  const usual = listener({ name: 'notices.a', event: OrderPlaced, handle })
  const own = listener({ name: 'notices.b', event: [OrderPlaced, OrderCancelled], retry: { attempts: 3 }, handle })

  expect(usual).toMatchObject({ events: [OrderPlaced], after: [], from: 'now', retry: USUAL_RETRY, concurrency: 10 })
  expect(own).toMatchObject({ events: [OrderPlaced, OrderCancelled], retry: { ...USUAL_RETRY, attempts: 3 } })
})

test('a listener comes behind all that it is after, wherever it was declared', () => {
  const record = named('record')
  const confirm = named('confirm', [record])
  const count = named('count', [record])
  const thank = named('thank', [confirm, count])

  expect(namesOf(inOrder([thank, count, confirm, record]))).toEqual(['record', 'confirm', 'count', 'thank'])
})

test('listeners that wait for each other are named, in the order in which they do', () => {
  const [first, second, third] = circleOf('a', 'b', 'c')
  if (!first || !second || !third) throw new Error('A circle of three has three.')

  expect(() => inOrder([first, second, third])).toThrow('Listeners wait for each other: a after b after c after a.')
  expect(() => inOrder([third, named('lonely'), second, first])).toThrow('c after a after b after c.')
  expect(() => inOrder(circleOf('self'))).toThrow('Listeners wait for each other: self after self.')
})

test('who only waits for a circle is no part of it', () => {
  const circle = circleOf('a', 'b')

  expect(() => inOrder([named('outside', circle), ...circle])).toThrow(
    'Listeners wait for each other: a after b after a.',
  )
})

test('no two listeners have one name', () => {
  expect(() => inOrder([named('record'), named('confirm'), named('record')])).toThrow(
    'Two listeners are called record.',
  )
})

test('a listener cannot come after one that its service does not have', () => {
  expect(() => inOrder([named('confirm', [named('record')])])).toThrow(
    'confirm comes after record, which is not among the listeners of its service.',
  )
})

test('a listener cannot come after one that does not hear the same', () => {
  const record = named('record')
  const confirm = listener({ name: 'confirm', event: [OrderPlaced, OrderCancelled], after: [record], handle })

  expect(() => inOrder([record, confirm])).toThrow(
    'confirm listens to snacks.order_cancelled, but record, which comes first, does not.',
  )
})

/** Each comes after some of those before it, and then they are shuffled. */
const graphs = fc
  .array(fc.array(fc.nat()), { maxLength: 12 })
  .map((picks) => {
    const listeners: Listener[] = []
    for (const [index, before] of picks.entries()) {
      const after = new Set(index === 0 ? [] : before.map((pick) => listeners[pick % index]))
      listeners.push(
        named(
          `l${index}`,
          [...after].filter((each) => each !== undefined),
        ),
      )
    }
    return listeners
  })
  .chain((listeners) => fc.shuffledSubarray(listeners, { minLength: listeners.length }))

test('whatever comes after whatever, all listeners come out once, each behind those that it is after', () => {
  fc.assert(
    fc.property(graphs, (listeners) => {
      const ordered = inOrder(listeners)

      expect(new Set(ordered)).toEqual(new Set(listeners))
      expect(ordered).toHaveLength(listeners.length)
      for (const [index, { after }] of ordered.entries()) {
        for (const before of after) expect(ordered.indexOf(before)).toBeLessThan(index)
      }
    }),
  )
})
