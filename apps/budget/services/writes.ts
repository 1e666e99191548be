import { type ChangesOf, type Insert, type SqlBool, sql } from '@mainspring/data'
import { eraseSubjects } from '@mainspring/events'
import type { BudgetWrites } from '../context.ts'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'
import { ItemCreated, ItemDeleted, ItemUpdated, PayeeCreated } from '../events.ts'

// Use cases write payees and items through these alone, so that each that comes, changes or goes is told of.

type Needs = Pick<BudgetWrites, 'db' | 'emit'>

/** Writes new payees. */
export async function insertPayees(
  { db, emit }: Needs,
  values: readonly Insert<typeof Payee>[],
): Promise<readonly Payee[]> {
  const payees = await db.insertMany(Payee, values)
  for (const { id: payee_id, name, email, phone, note } of payees) {
    await emit(PayeeCreated, { payee_id, name, email, phone, note })
  }
  return payees
}

/** Writes new items. */
export async function insertItems(
  { db, emit }: Needs,
  values: readonly Insert<typeof BudgetItem>[],
): Promise<readonly BudgetItem[]> {
  const items = await db.insertMany(BudgetItem, values)
  for (const item of items) await emit(ItemCreated, factsOf(item))
  return items
}

/** Writes changes into an item; if they change nothing, nothing is told. */
export async function changeItem(
  { db, emit }: Needs,
  item: BudgetItem,
  changes: ChangesOf<typeof BudgetItem.fields>,
): Promise<BudgetItem> {
  const changed = await db.update(BudgetItem, item, changes)
  if (!isAlike(item, changed)) await emit(ItemUpdated, factsOf(changed))
  return changed
}

/** Deletes an item. */
export async function deleteItem({ db, emit }: Needs, item: BudgetItem): Promise<void> {
  await db.delete(BudgetItem, item)
  await emit(ItemDeleted, factsOf(item))
}

/**
 * Deletes a payee, which is locked, so that no item comes to refer to it, and erases what events say of it: it may be a person.
 * With `force` its items go, too.
 */
export async function deletePayee(
  { db, emit }: Needs,
  payee: Payee,
  { force }: { readonly force: boolean },
): Promise<void> {
  if (force) {
    for await (const items of db.pagesForUpdate(BudgetItem, refersTo(payee.id))) {
      for (const item of items) await emit(ItemDeleted, factsOf(item))
    }
  }
  await db.delete(Payee, payee, { force })
  await eraseSubjects(db, [payee.path])
}

/** Gives the items of a payee to another; both are locked. */
export async function moveItems({ db, emit }: Needs, from: string, to: string): Promise<void> {
  const moved = (id: string) => (id === from ? to : id)
  for await (const items of db.pagesForUpdate(BudgetItem, refersTo(from))) {
    for (const item of items) {
      const parties = { payor_id: moved(item.payor_id), payee_id: moved(item.payee_id) }
      await emit(ItemUpdated, { ...factsOf(item), ...parties })
    }
  }
  await db.updateAll(BudgetItem, sql`payor_id = ${from}`, { payor_id: to })
  await db.updateAll(BudgetItem, sql`payee_id = ${from}`, { payee_id: to })
}

/** Whether all that is given is what the item has already. */
export const isAlike = (item: BudgetItem, values: Partial<BudgetItem>): boolean =>
  Object.keys(BudgetItem.fields).every((name) => {
    const value: unknown = Reflect.get(values, name)
    return value === undefined || value === Reflect.get(item, name)
  })

const refersTo = (payee_id: string) => sql<SqlBool>`(payor_id = ${payee_id} or payee_id = ${payee_id})`

function factsOf(item: BudgetItem) {
  const { id: item_id, amount_minor, currency_code, flow, payor_id, payee_id } = item
  const { transaction_date, category, note } = item
  const money = { amount_minor, currency_code, flow, payor_id, payee_id }
  return { item_id, item: item.item, ...money, transaction_date, category, note }
}
