import { describeEachEngine, type Told } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BudgetItem } from './entities/budget-item.ts'
import { Payee } from './entities/payee.ts'
import { createItems, type NewItem, updateItem } from './services/item-service.ts'
import { importItems } from './services/item-sheets.ts'
import { createPayees, mergePayee } from './services/payee-service.ts'
import { deleteItem, deletePayee } from './services/writes.ts'
import { type Books, newItem, openBooks } from './testing/books.ts'
import { spoolOf } from './testing/spool.ts'

const MOST = Number.MAX_SAFE_INTEGER

describeEachEngine('budget', (engine) => {
  let books: Books
  beforeAll(async () => {
    books = await openBooks(await engine.createUrl())
    await books.addPayees('ada', 'bob')
  })
  afterAll(() => books.database.close())

  test('tells of each item that is made, exactly', async () => {
    const inputs = [given({ amount_minor: MOST, note: 'Rye' }), given({ category: 'Food' })]

    const told = await books.listen(() => create(...inputs))

    expect(told).toEqual([
      {
        ...{ type: 'budget.item_created', item_id: expect.any(String), item: inputs[0]?.item, amount_minor: MOST },
        ...{ currency_code: inputs[0]?.currency_code, flow: inputs[0]?.flow, payor_id: 'ada', payee_id: 'bob' },
        ...{ transaction_date: inputs[0]?.transaction_date, category: null, note: 'Rye' },
      },
      expect.objectContaining({ type: 'budget.item_created', category: 'Food', note: null }),
    ])
  })

  test('tells of payees that are made, and of those made for a name, once each', async () => {
    const told = await books.listen(async () => {
      await books.write((needs) =>
        createPayees(needs, [{ name: 'Eve', email: null, phone: '+49 30 123456', note: null }]),
      )
      const item = given({ payee_id: null, payee_name: `Newcomer ${engine.name}` })
      await Promise.all([create(item, item), create(item)])
    })

    expect(told.filter(({ type }) => type === 'budget.payee_created')).toEqual([
      {
        type: 'budget.payee_created',
        payee_id: expect.any(String),
        name: 'Eve',
        email: null,
        phone: '+4930123456',
        note: null,
      },
      expect.objectContaining({ name: `Newcomer ${engine.name}` }),
    ])
    expect(typesOf(told)).toEqual({ 'budget.payee_created': 2, 'budget.item_created': 3 })
  })

  test('tells what an item has become, and nothing of a change that changes nothing', async () => {
    const item = await add()

    const told = await books.listen(async () => {
      const changed = await update(item, { amount_minor: 7 })
      await update(changed, { amount_minor: 7 })
    })

    expect(told).toEqual([expect.objectContaining({ type: 'budget.item_updated', item_id: item.id, amount_minor: 7 })])
  })

  test('tells what an item was that is deleted', async () => {
    const item = await add()

    const told = await books.listen(() => books.write((needs) => deleteItem(needs, item)))

    const { item: name, amount_minor } = item
    expect(told).toEqual([
      expect.objectContaining({ type: 'budget.item_deleted', item_id: item.id, item: name, amount_minor }),
    ])
  })

  test('tells of each item that goes with its payee', async () => {
    const [payee] = await books.addPayees({ name: 'Going' })
    const { id } = payee ?? expect.fail()
    const items = await books.addItems({ payor_id: 'ada', payee_id: id }, { payor_id: id, payee_id: 'bob' })

    const told = await books.listen(() =>
      books.write(async (needs) => deletePayee(needs, await needs.db.getForUpdate(Payee, id), { force: true })),
    )

    expect(told.map(({ type, item_id }) => [type, item_id])).toEqual(
      items.map((item) => ['budget.item_deleted', item.id]),
    )
    expect(
      await books.database.reader.findMany(
        BudgetItem,
        items.map((item) => item.id),
      ),
    ).toEqual([undefined, undefined])
  })

  test('tells of nothing when a payee cannot be deleted', async () => {
    const [payee] = await books.addPayees({ name: 'Staying' })
    const { id } = payee ?? expect.fail()
    await books.addItems({ payor_id: 'ada', payee_id: id })

    const told = await books.listen(() =>
      books
        .write(async (needs) => deletePayee(needs, await needs.db.getForUpdate(Payee, id), { force: false }))
        .catch(() => undefined),
    )

    expect(told).toEqual([])
  })

  test('tells of each item that a merge gives to another payee', async () => {
    const [going, staying] = await books.addPayees({ name: 'Old' }, { name: 'New' })
    const [from, to] = [going?.id ?? expect.fail(), staying?.id ?? expect.fail()]
    const items = await books.addItems({ payor_id: from, payee_id: 'bob' }, { payor_id: 'ada', payee_id: from })

    const told = await books.listen(() => books.write((needs) => mergePayee(needs, { id: from, into_payee_id: to })))

    const now = await books.database.reader.findMany(
      BudgetItem,
      items.map(({ id }) => id),
    )
    expect(told.map(({ type, item_id, payor_id, payee_id }) => ({ type, item_id, payor_id, payee_id }))).toEqual(
      now.map((item) => ({
        type: 'budget.item_updated',
        item_id: item?.id,
        payor_id: item?.payor_id,
        payee_id: item?.payee_id,
      })),
    )
    expect(told.map(({ payor_id, payee_id }) => [payor_id, payee_id])).toEqual([
      [to, 'bob'],
      ['ada', to],
    ])
  })

  test('tells of each row that an import makes or changes, and of none that is alike', async () => {
    const rows = Array.from(
      { length: 250 },
      (_, row) => `${engine.name}-${row},Item ${row},${row},EUR,ada,Shop ${row % 5}\n`,
    )
    const load = (lines: readonly string[]) =>
      books.write((needs) => importItems(needs, { upload: spoolOf(`${HEADER}${lines.join('')}`) }))

    const made = await books.listen(() => load(rows))
    const changed = await books.listen(() => load(rows.with(3, rows[3]?.replace('Item', 'Changed') ?? '')))

    expect(typesOf(made)).toEqual({ 'budget.payee_created': 5, 'budget.item_created': 250 })
    expect(changed).toEqual([
      expect.objectContaining({ type: 'budget.item_updated', item_id: `${engine.name}-3`, item: 'Changed 3' }),
    ])
  })

  const create = (...items: readonly NewItem[]) => books.write((needs) => createItems(needs, items))
  const add = async () => (await create(given()))[0] ?? expect.fail()
  const update = (item: BudgetItem, changes: Partial<BudgetItem>) =>
    books.write((needs) => updateItem(needs, { ...item, ...changes }, item))
})

const HEADER = 'id,item,amount_minor,currency_code,payor_id,payee_name\n'

const given = (values: Partial<NewItem> = {}): NewItem => ({
  ...{ flow: 'OUTFLOW', category: null, note: null, payor_name: null, payee_name: null },
  ...newItem(),
  ...values,
})

const typesOf = (told: readonly Told[]) =>
  Object.fromEntries([...Map.groupBy(told, ({ type }) => type)].map(([type, events]) => [type, events.length]))
