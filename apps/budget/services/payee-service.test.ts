import { afterEach, beforeEach, expect, test } from 'vitest'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'
import { type Books, openBooks } from '../testing/books.ts'
import { createPayees, mergePayee, updatePayee } from './payee-service.ts'

let books: Books
beforeEach(async () => {
  books = await openBooks('sqlite::memory:', { region: 'DE' })
})
afterEach(() => books.database.close())

const payee = (phone: string | null) => ({ name: 'Ada', email: null, phone, note: null })
const create = (...phones: readonly (string | null)[]) => books.write((needs) => createPayees(needs, phones.map(payee)))
const merge = (id: string, into_payee_id: string) => books.write((needs) => mergePayee(needs, { id, into_payee_id }))

test.each([
  ['030 12 34 56', '+4930123456'],
  ['+44 (0)20 7946 0018', '+442079460018'],
  ['0043 1 5852225', '+4315852225'],
  ['tel:+49-30-123456', '+4930123456'],
])('the phone %s is kept as %s', async (given, kept) => {
  expect(await create(given)).toMatchObject([{ phone: kept }])
})

test('every phone that is none is named', async () => {
  await expect(create('030 123456', 'x', null, '+49 30 123456 ext. 7')).rejects.toMatchObject({
    code: 'phone_invalid',
    errors: [{ field: '[1].phone' }, { field: '[3].phone' }],
  })
})

test('a phone that stays is not looked at again', async () => {
  // As one may be that was right when it was written.
  const [kept] = await books.addPayees({ ...payee('+49301'), id: 'ada' })

  const changed = await books.write((needs) =>
    updatePayee(needs, { ...payee('+49301'), name: 'Eve' }, kept ?? expect.fail()),
  )

  expect(changed).toMatchObject({ name: 'Eve', phone: '+49301' })
  await expect(books.write((needs) => updatePayee(needs, payee('+49302'), changed))).rejects.toMatchObject({
    code: 'phone_invalid',
  })
})

test('who is merged leaves items on both sides, and what the other lacks', async () => {
  await books.addPayees(
    { id: 'old', name: 'Old', email: 'old@x.example', phone: '+4930123456', note: 'old' },
    { id: 'new', name: 'New', note: 'new' },
    'ada',
  )
  const before = await books.addItems({ payor_id: 'old', payee_id: 'ada' }, { payor_id: 'ada', payee_id: 'old' })

  const survivor = await merge('old', 'new')

  expect(survivor).toMatchObject({ id: 'new', name: 'New', email: 'old@x.example', phone: '+4930123456', note: 'new' })
  expect(await books.database.reader.find(Payee, 'old')).toBeUndefined()
  const after = await books.database.reader.findMany(
    BudgetItem,
    before.map(({ id }) => id),
  )
  expect(after).toMatchObject([
    { payor_id: 'new', payee_id: 'ada' },
    { payor_id: 'ada', payee_id: 'new' },
  ])
})

test('payees that trade with each other cannot be merged, in whichever direction', async () => {
  await books.addPayees('ada', 'bob')
  await books.addItems({ payor_id: 'ada', payee_id: 'bob' }, { payor_id: 'bob', payee_id: 'ada' })

  await expect(merge('ada', 'bob')).rejects.toMatchObject({ code: 'payees_trade', members: { items: 2 } })
  await expect(merge('bob', 'ada')).rejects.toMatchObject({ code: 'payees_trade', members: { items: 2 } })
})

test('a merge needs two payees', async () => {
  await books.addPayees('ada')

  await expect(merge('ada', 'ada')).rejects.toMatchObject({
    code: 'merge_into_itself',
    errors: [{ field: 'into_payee_id' }],
  })
  await expect(merge('ada', 'nobody')).rejects.toMatchObject({
    code: 'not_found',
    errors: [{ field: 'into_payee_id' }],
  })
  await expect(merge('nobody', 'ada')).rejects.toMatchObject({ code: 'not_found', errors: [] })
})
