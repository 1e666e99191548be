import { date, id, type ObjectOf, rethrowOutOf, text, today } from '@mainspring/core'
import type { BudgetWrites } from '../context.ts'
import { BudgetItem } from '../entities/budget-item.ts'
import { LONGEST_NAME } from '../entities/payee.ts'
import { type Parties, settleParties } from './item-parties.ts'
import { changeItem, insertItems } from './writes.ts'

const partyName = { min: 1, max: LONGEST_NAME, optional: true } as const

/** What makes or replaces an item: either party by its id or by its name. */
export const newItemFields = {
  ...BudgetItem.fields,
  payor_id: id({ optional: true, description: 'The payee who pays; or payor_name.' }),
  payor_name: text({
    ...partyName,
    example: 'Miller household',
    description: 'In place of payor_id. Case and outer spaces do not matter; a name that nobody has makes that payee.',
  }),
  payee_id: id({ optional: true, description: 'The payee who is paid; or payee_name.' }),
  payee_name: text({ ...partyName, example: 'Village butcher', description: 'In place of payee_id, like payor_name.' }),
  transaction_date: date({ optional: true, description: 'By default today, where the books are kept.' }),
}

/** An item to be made or replaced. */
export type NewItem = ObjectOf<typeof newItemFields> & { readonly id?: string }

/** The same after a patch, which knows no names. */
type ItemValues = Omit<NewItem, 'id' | keyof Parties> & Parties

type Needs = Pick<BudgetWrites, 'db' | 'emit' | 'clock' | 'locality'>

/** Makes items, and payees for the names that nobody has yet. */
export async function createItems(needs: Needs, items: readonly NewItem[]): Promise<readonly BudgetItem[]> {
  return insertItems(needs, dated(needs, await settleParties(needs, items)))
}

/** Changes an item. */
export async function updateItem(needs: Needs, next: ItemValues, current: BudgetItem): Promise<BudgetItem> {
  const settled = await settleParties(needs, [next]).catch(rethrowOutOf('[0]'))
  const [values = {}] = dated(needs, settled)
  return changeItem(needs, current, values)
}

/** Items without a date are of today. */
export const dated = <T extends { readonly transaction_date: string | null }>(
  { clock, locality }: Pick<Needs, 'clock' | 'locality'>,
  items: readonly T[],
): readonly (T & { readonly transaction_date: string })[] =>
  items.map((item) => ({ ...item, transaction_date: item.transaction_date ?? today(clock, locality.time_zone) }))
