import { describeEachEngine } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Books, openBooks } from '../testing/books.ts'
import { summarize } from './summary.ts'

const MOST = Number.MAX_SAFE_INTEGER
const CURRENCIES = ['EUR', 'JPY']
const PAYEES = ['ada', 'bob', 'cleo']

const days = fc.constantFrom('2026-01-01', '2026-01-31', '2026-02-01', '2026-02-28', '2026-12-31', '2027-01-01')
const rows = fc.array(
  fc.record({
    amount_minor: fc.oneof(fc.nat(1000), fc.maxSafeNat(), fc.constantFrom(MOST, 2 ** 26, 2 ** 26 - 1)),
    currency_code: fc.oneof({ weight: 9, arbitrary: fc.constant('EUR') }, fc.constant('JPY')),
    flow: fc.constantFrom('INFLOW', 'OUTFLOW'),
    payor_id: fc.constant('payor'),
    payee_id: fc.constantFrom(...PAYEES),
    transaction_date: days,
    category: fc.constantFrom(null, 'a', 'A', 'ä', 'á', 'b ', 'b', '😀', '\uffff'),
  }),
  { maxLength: 30 },
)
const questions = fc.record({
  group_by: fc.constantFrom('month', 'category', 'payee'),
  from_date: fc.option(days),
  to_date: fc.option(days),
  currency_code: fc.option(fc.constantFrom(...CURRENCIES)),
})
type Rows = typeof rows extends fc.Arbitrary<infer R> ? R : never
type Question = typeof questions extends fc.Arbitrary<infer Q> ? Q : never

describeEachEngine('sums', (engine) => {
  let books: Books
  beforeAll(async () => {
    books = await openBooks(await engine.createUrl())
    await books.addPayees('payor', ...PAYEES)
  })
  afterAll(() => books.database.close())

  test('are what counting by hand gives, or are refused for the same reason', async () => {
    await fc.assert(
      fc.asyncProperty(rows, questions, async (items, question) => {
        await books.deleteItems()
        await books.addItems(...items)

        const answer = await summarize({ db: books.database.reader }, question).catch((error) => error.code)

        expect(answer).toEqual(countByHand(items, question))
      }),
      { numRuns: engine.name === 'sqlite' ? 300 : 80 },
    )
  })
})

/** The same as `summarize`, in the least clever way there is. */
function countByHand(items: Rows, { group_by, from_date, to_date, currency_code }: Question): unknown {
  if (from_date !== null && to_date !== null && from_date > to_date) return 'invalid_request'
  const asked = items
    .filter(({ transaction_date }) => transaction_date >= (from_date ?? '') && transaction_date <= (to_date ?? '9'))
    .filter((item) => currency_code === null || item.currency_code === currency_code)
  const currencies = new Set(asked.map((item) => item.currency_code))
  if (currencies.size > 1) return 'mixed_currencies'
  const keyOf = (item: Rows[number]) =>
    ({ month: item.transaction_date.slice(0, 7), category: item.category, payee: item.payee_id })[group_by]
  const keys = [...new Set(asked.map(keyOf))].sort((a, b) => Buffer.compare(Buffer.from(a ?? ''), Buffer.from(b ?? '')))
  let balance = 0n
  const groups = keys.map((key) => {
    const sums = sumsOf(asked.filter((item) => keyOf(item) === key))
    balance += sums.net_minor
    return {
      key,
      name: group_by === 'payee' ? key : null,
      ...sums,
      balance_minor: group_by === 'month' ? balance : null,
    }
  })
  const summary = { groups, total: sumsOf(asked) }
  const amounts = [...groups, summary.total]
    .flatMap((each) => Object.values(each))
    .filter((value) => typeof value === 'bigint')
  if (amounts.some((amount) => amount > MOST || amount < -MOST)) return 'sum_too_large'
  const [currency = currency_code] = currencies
  return JSON.parse(
    JSON.stringify({ group_by, currency_code: currency, ...summary }, (_, value) =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  )
}

function sumsOf(items: Rows) {
  const sum = (flow: string) =>
    items.filter((item) => item.flow === flow).reduce((total, { amount_minor }) => total + BigInt(amount_minor), 0n)
  const [inflow_minor, outflow_minor] = [sum('INFLOW'), sum('OUTFLOW')]
  return { items: items.length, inflow_minor, outflow_minor, net_minor: inflow_minor - outflow_minor }
}
