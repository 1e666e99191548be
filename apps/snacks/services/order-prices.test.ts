import { AppError } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Menu, priceOrder, totalOf, type WantedPackage } from './order-prices.ts'

const pizza = (values: Partial<NonNullable<ReturnType<Menu['pizzas']['get']>>> = {}) => ({
  name: 'Margherita',
  price_minor: 1200,
  currency_code: 'EUR',
  extras: [
    { extra_id: 'ham', free: false },
    { extra_id: 'onion', free: true },
    { extra_id: 'caviar', free: false },
  ],
  state: 'ON_MENU' as const,
  ...values,
})
const extra = (name: string, price_minor: number, currency_code = 'EUR') => ({ name, price_minor, currency_code })

const menu: Menu = {
  pizzas: new Map([
    ['margherita', pizza()],
    ['funghi', pizza({ name: 'Funghi', price_minor: 1350, extras: [{ extra_id: 'onion', free: false }] })],
    ['sold', pizza({ name: 'Tonno', state: 'SOLD_OUT' })],
    ['old', pizza({ name: 'Hawaii', state: 'RETIRED' })],
    ['deep', pizza({ name: 'Deep dish', currency_code: 'USD' })],
    ['gold', pizza({ name: 'Gold', price_minor: Number.MAX_SAFE_INTEGER })],
  ]),
  extras: new Map([
    ['ham', extra('Ham', 200)],
    ['onion', extra('Onion', 100)],
    ['caviar', extra('Caviar', 9_900, 'USD')],
    ['basil', extra('Basil', 50)],
  ]),
}

const wanted = (
  pizza_id: string,
  quantity = 1,
  ...garnishes: readonly (readonly [string, number])[]
): WantedPackage => ({
  pizza_id,
  quantity,
  garnishes: garnishes.map(([extra_id, quantity]) => ({ extra_id, quantity })),
})

test('a garnish counts for the whole package, and what is free for one pizza is not for another', () => {
  const order = priceOrder(
    [wanted('margherita', 3, ['ham', 2], ['onion', 5]), wanted('funghi', 2, ['onion', 1]), wanted('margherita')],
    menu,
  )

  expect(order).toEqual({
    total_minor: 3 * 1200 + 2 * 200 + 2 * 1350 + 100 + 1200,
    currency_code: 'EUR',
    packages: [
      {
        ...{ pizza_id: 'margherita', name: 'Margherita', price_minor: 1200, quantity: 3 },
        garnishes: [
          { extra_id: 'ham', name: 'Ham', price_minor: 200, quantity: 2 },
          { extra_id: 'onion', name: 'Onion', price_minor: 0, quantity: 5 },
        ],
      },
      {
        ...{ pizza_id: 'funghi', name: 'Funghi', price_minor: 1350, quantity: 2 },
        garnishes: [{ extra_id: 'onion', name: 'Onion', price_minor: 100, quantity: 1 }],
      },
      { pizza_id: 'margherita', name: 'Margherita', price_minor: 1200, quantity: 1, garnishes: [] },
    ],
  })
})

test.each<[string, readonly WantedPackage[], string, readonly string[]]>([
  ['an unknown pizza', [wanted('nowhere')], 'reference_not_found', ['packages[0].pizza_id']],
  ['a pizza that is sold out', [wanted('margherita'), wanted('sold')], 'pizza_sold_out', ['packages[1].pizza_id']],
  ['a retired pizza', [wanted('margherita'), wanted('old')], 'pizza_retired', ['packages[1].pizza_id']],
  [
    'an extra that is not offered for the pizza',
    [wanted('margherita', 1, ['ham', 1], ['basil', 1])],
    'extra_not_offered',
    ['packages[0].garnishes[1].extra_id'],
  ],
  [
    'an extra that there is not',
    [wanted('margherita'), wanted('funghi', 1, ['nothing', 1])],
    'extra_not_offered',
    ['packages[1].garnishes[0].extra_id'],
  ],
  [
    'an extra twice',
    [wanted('margherita', 1, ['ham', 1], ['onion', 1], ['ham', 1])],
    'invalid_request',
    ['packages[0].garnishes[2].extra_id'],
  ],
  ['a pizza in another currency', [wanted('funghi'), wanted('deep')], 'other_currency', ['packages[1].pizza_id']],
  [
    'an extra in another currency',
    [wanted('margherita', 1, ['caviar', 1])],
    'other_currency',
    ['packages[0].garnishes[0].extra_id'],
  ],
  ['more than a number holds', [wanted('gold'), wanted('margherita')], 'total_too_large', ['packages']],
  [
    'more than a number holds, of one',
    [wanted('margherita', Number.MAX_SAFE_INTEGER)],
    'total_too_large',
    ['packages'],
  ],
  [
    'several of these',
    [wanted('old', 1, ['basil', 1], ['ham', 1], ['ham', 1]), wanted('deep', 1, ['onion', 1]), wanted('nowhere')],
    'extra_not_offered',
    [
      'packages[0].garnishes[0].extra_id',
      'packages[0].garnishes[2].extra_id',
      'packages[0].pizza_id',
      'packages[1].pizza_id',
      'packages[2].pizza_id',
    ],
  ],
])('%s is refused, each at its place', (_, packages, code, fields) => {
  const refusal = refusalOf(() => priceOrder(packages, menu))

  expect(refusal.code).toBe(code)
  expect(refusal.errors.map(({ field }) => field)).toEqual(fields)
})

test('what is free may be priced in any currency', () => {
  const pizzas = new Map([['margherita', pizza({ extras: [{ extra_id: 'caviar', free: true }] })]])

  const order = priceOrder([wanted('margherita', 1, ['caviar', 9])], { ...menu, pizzas })

  expect(order).toMatchObject({ total_minor: 1200, currency_code: 'EUR' })
})

const price = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.maxSafeNat())
const quantity = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
const priced = fc.record({ price_minor: price, quantity })
const packages = fc.array(fc.record({ pizza: priced, garnishes: fc.array(priced, { maxLength: 5 }) }), {
  minLength: 1,
  maxLength: 6,
})

/** Adds up digit by digit, as on paper, with no type of number that could round. */
function addOnPaper(one: string, other: string): string {
  const length = Math.max(one.length, other.length)
  const [a, b] = [one.padStart(length, '0'), other.padStart(length, '0')]
  let carry = 0
  let sum = ''
  for (let place = length - 1; place >= 0; place--) {
    const digits = Number(a[place]) + Number(b[place]) + carry
    carry = digits > 9 ? 1 : 0
    sum = `${digits % 10}${sum}`
  }
  return `${carry === 0 ? '' : carry}${sum}`.replace(/^0+(?=\d)/, '')
}

/** Multiplies by adding: for each digit so often, and a nought behind for each place. */
function multiplyOnPaper(one: string, other: string): string {
  return [...other].reduce((product, digit) => {
    const ten = product === '0' ? '0' : `${product}0`
    return Array.from({ length: Number(digit) }, () => one).reduce(addOnPaper, ten)
  }, '0')
}

test('a total is what adding up on paper gives, or refused when a number does not hold that', () => {
  fc.assert(
    fc.property(packages, (wanted) => {
      const onPaper = wanted
        .flatMap(({ pizza, garnishes }) => [pizza, ...garnishes])
        .map(({ price_minor, quantity }) => multiplyOnPaper(`${price_minor}`, `${quantity}`))
        .reduce(addOnPaper, '0')
      const rows = wanted.map(({ pizza, garnishes }) => ({
        ...{ ...pizza, pizza_id: 'p', name: 'Pizza' },
        garnishes: garnishes.map((each) => ({ ...each, extra_id: 'e', name: 'Extra' })),
      }))
      const isHeld = onPaper.length < 16 || (onPaper.length === 16 && onPaper <= '9007199254740991')

      if (isHeld) expect(`${totalOf(rows)}`).toBe(onPaper)
      else expect(refusalOf(() => totalOf(rows))).toMatchObject({ kind: 'invalid', code: 'total_too_large' })
    }),
    { numRuns: 300 },
  )
})

function refusalOf(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('Nothing was refused.')
}
