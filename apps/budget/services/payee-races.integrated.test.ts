import { AppError } from '@mainspring/core'
import { sql } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'
import { type Books, newItem, openBooks } from '../testing/books.ts'
import { createItems, type NewItem, updateItem } from './item-service.ts'
import { mergePayee } from './payee-service.ts'

const ROUNDS = 15

describeEachEngine('payees', (engine) => {
  let books: Books
  beforeAll(async () => {
    books = await openBooks(await engine.createUrl())
    await books.addPayees('ada', 'bob')
  })
  afterAll(() => books.database.close())

  const create = (...parties: readonly Partial<NewItem>[]) =>
    books.write((needs) => createItems(needs, parties.map(itemOf)))
  const named = (name: string) => books.database.reader.count(Payee, sql`name = ${name}`)
  const find = (id: string) => books.database.reader.get(BudgetItem, id)
  const move = (id: string, parties: Partial<BudgetItem>) =>
    books.write(async (needs) => {
      const current = await needs.db.getForUpdate(BudgetItem, id)
      return updateItem(needs, { ...itemOf(current), ...parties }, current)
    })

  test('of 20 that want one new name at once one makes it', async () => {
    const items = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        create({ payor_id: 'ada', payee_name: turn % 2 ? 'Newcomer' : ' NEWCOMER' }),
      ),
    )

    expect(new Set(items.flat().map(({ payee_id }) => payee_id)).size).toBe(1)
    expect((await named('Newcomer')) + (await named('NEWCOMER'))).toBe(1)
  })

  test('names that cross in two batches make each payee once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const names = Array.from({ length: 12 }, (_, index) => `Crossing ${round}-${index}`)
      const batch = (order: readonly string[]) =>
        create(...order.map((payee_name) => ({ payor_id: 'ada', payee_name })))

      const [there, back] = await Promise.all([batch(names), batch(names.toReversed())])

      expect(there.map(({ payee_id }) => payee_id)).toEqual(back.map(({ payee_id }) => payee_id).toReversed())
      expect(await Promise.all(names.map(named))).toEqual(names.map(() => 1))
    }
  })

  test('names in use are wanted by many at once without waiting for each other’s end', async () => {
    const both = Promise.withResolvers<void>()
    let inside = 0

    const hands = [1, 2].map(() =>
      books.write(async (needs) => {
        await createItems(needs, [itemOf({ payor_name: 'ADA', payee_name: 'Bob' })])
        inside += 1
        if (inside === 2 || engine.name === 'sqlite') both.resolve()
        await both.promise
      }),
    )

    await Promise.all(hands)
    expect(inside).toBe(2)
  })

  test('a merge meets items that are made and changed meanwhile, and none is lost or left behind', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [old, kept] = [`old-${round}`, `kept-${round}`]
      await books.addPayees(old, kept)
      const [moving] = await books.addItems({ payor_id: 'ada', payee_id: 'bob' })
      const id = moving?.id ?? expect.fail()

      const [merged, byName, byId, moved] = await Promise.allSettled([
        books.write((needs) => mergePayee(needs, { id: old, into_payee_id: kept })),
        create({ payor_id: 'ada', payee_name: old }),
        create({ payor_id: old, payee_id: 'ada' }),
        move(id, { payee_id: old }),
      ])

      expect(merged.status, String(Reflect.get(merged, 'reason'))).toBe('fulfilled')
      expect(byName.status, String(Reflect.get(byName, 'reason'))).toBe('fulfilled')
      for (const late of [byId, moved])
        if (late.status === 'rejected') expect(late.reason).toMatchObject({ code: 'reference_not_found' })
      const there = byName.status === 'fulfilled' ? await find(byName.value[0]?.id ?? '') : expect.fail()
      if (there.payee_id !== kept)
        expect(await books.database.reader.get(Payee, there.payee_id)).toMatchObject({ name: old })
      if (byId.status === 'fulfilled') expect(await find(byId.value[0]?.id ?? '')).toMatchObject({ payor_id: kept })
      expect((await find(id)).payee_id).toBe(moved.status === 'fulfilled' ? kept : 'bob')
    }
  })

  test('a merge and an item between the two exclude each other', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [one, other] = [`one-${round}`, `other-${round}`]
      await books.addPayees(one, other)

      const outcomes = await Promise.allSettled([
        books.write((needs) => mergePayee(needs, { id: one, into_payee_id: other })),
        create({ payor_id: one, payee_id: other }),
      ])

      expect(outcomes.map(codeOf)).toContainEqual(undefined)
      expect([
        ['payees_trade', undefined],
        [undefined, 'reference_not_found'],
      ]).toContainEqual(outcomes.map(codeOf))
      expect(await books.database.reader.count(BudgetItem, sql`payor_id = payee_id`)).toBe(0)
    }
  })

  test('a payee that goes and an item that comes exclude each other, and a name makes a new one', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const id = `going-${round}`
      await books.addPayees(id)

      const [deleted, byId, byName] = await Promise.allSettled([
        books.write(async ({ db }) => db.delete(Payee, await db.getForUpdate(Payee, id))),
        create({ payor_id: 'ada', payee_id: id }),
        create({ payor_id: 'ada', payee_name: id }),
      ])

      const isThere = (await books.database.reader.find(Payee, id)) !== undefined
      expect(codeOf(deleted)).toBe(isThere ? 'has_dependents' : undefined)
      if (!isThere) expect(codeOf(byId)).toBe('reference_not_found')
      expect(codeOf(byName)).toBeUndefined()
      expect(await named(id)).toBe(1)
    }
  })

  test('two merges in opposite directions leave one of the two', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [one, other] = [`left-${round}`, `right-${round}`]
      await books.addPayees(one, other)

      const outcomes = await Promise.allSettled([
        books.write((needs) => mergePayee(needs, { id: one, into_payee_id: other })),
        books.write((needs) => mergePayee(needs, { id: other, into_payee_id: one })),
      ])

      expect(outcomes.map(codeOf).toSorted()).toEqual(['not_found', undefined])
      expect((await named(one)) + (await named(other))).toBe(1)
    }
  })
})

const itemOf = (parties: Partial<NewItem>): NewItem => ({
  ...{ flow: 'OUTFLOW', category: null, note: null },
  ...newItem(),
  ...{ payor_id: null, payor_name: null, payee_id: null, payee_name: null },
  ...parties,
})

/** What went wrong; undefined if nothing did. Anything but an error of ours comes as it is. */
function codeOf(outcome: PromiseSettledResult<unknown>): unknown {
  if (outcome.status === 'fulfilled') return undefined
  return outcome.reason instanceof AppError ? outcome.reason.code : outcome.reason
}
