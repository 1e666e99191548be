import { afterEach, beforeEach, expect, test } from 'vitest'
import { Payee } from '../entities/payee.ts'
import { type Books, openBooks } from '../testing/books.ts'
import { findPartyMistakes, type Parties, settleParties } from './item-parties.ts'

let books: Books
beforeEach(async () => {
  books = await openBooks()
  await books.addPayees('ada', 'bob')
})
afterEach(() => books.database.close())

const parties = (given: Partial<Parties>): Parties => ({ payor_id: null, payee_id: null, ...given })
const settle = (...items: readonly Partial<Parties>[]) =>
  books.write((needs) => settleParties(needs, items.map(parties)))

test('ids stay, names become ids, and nothing else changes', async () => {
  const item = { ...parties({ payor_id: 'ada', payee_name: 'BOB' }), note: 'n' }

  expect(await books.write((needs) => settleParties(needs, [item]))).toEqual([
    { payor_id: 'ada', payee_id: 'bob', note: 'n' },
  ])
})

test('one new payee may be on either side of many items', async () => {
  const [one, other] = await settle({ payor_name: 'Cleo', payee_id: 'ada' }, { payor_id: 'bob', payee_name: ' cleo ' })

  expect(one?.payor_id).toBe(other?.payee_id)
  expect(await books.database.reader.count(Payee)).toBe(3)
})

test.each<[string, Partial<Parties>, object[]]>([
  [
    'without parties',
    {},
    [
      { field: 'payor_id', code: 'required' },
      { field: 'payee_id', code: 'required' },
    ],
  ],
  [
    'with a party given twice',
    { payor_id: 'ada', payor_name: 'Ada', payee_id: 'bob' },
    [{ field: 'payor_name', code: 'mismatch' }],
  ],
  ['with a blank name', { payor_id: 'ada', payee_name: ' \n\u00a0' }, [{ field: 'payee_name', code: 'too_short' }]],
  ['from one id to itself', { payor_id: 'ada', payee_id: 'ada' }, [{ field: 'payee_id', code: 'same_party' }]],
  ['from one name to itself', { payor_name: 'Eve', payee_name: 'EVE' }, [{ field: 'payee_name', code: 'same_party' }]],
])('an item %s is wrong whoever there is', async (_, given, errors) => {
  expect(findPartyMistakes(parties(given))).toMatchObject(errors)
  await expect(settle({ payor_id: 'ada', payee_id: 'bob' }, given)).rejects.toMatchObject({
    code: 'invalid_request',
    errors: errors.map((error) => ({ ...error, field: `[1].${Reflect.get(error, 'field')}` })),
  })
})

test.each<[Partial<Parties>, string]>([
  [{ payor_id: 'ada', payee_name: ' Ada' }, '[0].payee_name'],
  [{ payor_name: ' Ada', payee_id: 'ada' }, '[0].payee_id'],
])('whoever would pay themselves is found behind the name: %j', async (given, field) => {
  await expect(settle(given)).rejects.toMatchObject({ errors: [{ field, code: 'same_party' }] })
})

test('a name is no id, even if it looks like one', async () => {
  expect(findPartyMistakes(parties({ payor_id: 'ada', payee_name: 'Ada' }))).toEqual([])
  expect(findPartyMistakes(parties({ payor_id: 'ada', payee_name: '"ada"' }))).toEqual([])
})

test('what is wrong is told before anybody is made', async () => {
  await expect(settle({ payor_name: 'New', payee_id: 'ada' }, {})).rejects.toMatchObject({ code: 'invalid_request' })

  expect(await books.database.reader.count(Payee)).toBe(2)
})
