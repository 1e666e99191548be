import { afterEach, beforeEach, expect, test } from 'vitest'
import { Payee } from '../entities/payee.ts'
import { type Books, openBooks } from '../testing/books.ts'
import { findOrMakePayees } from './payee-names.ts'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.database.close())

const find = (...names: readonly string[]) =>
  books.write((needs) =>
    findOrMakePayees(
      needs,
      names.map((name, index) => ({ name, field: `[${index}].payee_name` })),
    ),
  )

test('no names need no payees', async () => {
  expect(await find()).toEqual(new Map())
})

test.each(['Straße', ' straße ', 'STRASSE', 'strasse', 'stra\u00dfe\n'])('Straße is found as %j', async (name) => {
  await books.addPayees('corner', { id: 'street', name: 'Straße' })

  expect(await find(name)).toEqual(new Map([['strasse', 'street']]))
})

test('a payee is found by what it is called now', async () => {
  const [payee] = await books.addPayees({ id: 'shop', name: 'Old Shop' })
  await books.write(({ db }) => db.update(Payee, payee ?? expect.fail(), { name: 'New Shop' }))

  const found = await find('New shop', 'Old shop')

  expect(found.get('new shop')).toBe('shop')
  expect(found.get('old shop')).not.toBe('shop')
})

test('a name that nobody has makes one payee, however often it is wanted, and spelt as it came first', async () => {
  const made = await find('  Corner  Bakery ', 'CORNER BAKERY', 'Butcher')

  const payees = await books.database.reader.findMany(Payee, [...made.values()])
  expect(payees.map((payee) => payee?.name)).toEqual(['Corner  Bakery', 'Butcher'])
  expect(await books.database.reader.count(Payee)).toBe(2)
})

test('accents tell names apart', async () => {
  const made = await find('Zoe', 'Zoë')

  expect(new Set(made.values()).size).toBe(2)
})

test('every name that several payees have is refused with their ids, and none is made', async () => {
  await books.addPayees(
    { id: 'b', name: 'Shop' },
    { id: 'a', name: 'SHOP ' },
    { id: 'c', name: 'Pub' },
    { id: 'd', name: 'pub' },
  )

  await expect(find('New', 'shop', 'pub')).rejects.toMatchObject({
    kind: 'conflict',
    code: 'payee_ambiguous',
    members: { payee_ids: ['a', 'b'] },
    errors: [
      { field: '[1].payee_name', detail: '2 payees are called "shop": give the id of one, such as a, b.' },
      { field: '[2].payee_name', detail: '2 payees are called "pub": give the id of one, such as c, d.' },
    ],
  })
  expect(await books.database.reader.count(Payee)).toBe(4)
})

test('of many payees with one name ten are told', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `shop-${String(index).padStart(2, '0')}`)
  await books.addPayees(...ids.map((id) => ({ id, name: 'Shop' })))

  await expect(find('Shop')).rejects.toMatchObject({
    message: expect.stringContaining('12 payees'),
    members: { payee_ids: ids.slice(0, 10) },
  })
})
