import { type FieldError, foldText, invalidFields } from '@mainspring/core'
import type { Writes } from '@mainspring/data'
import { findOrMakePayees } from './payee-names.ts'

/** Either party of an item, by its id or by its name. */
export interface Parties {
  readonly payor_id: string | null
  readonly payor_name?: string | null
  readonly payee_id: string | null
  readonly payee_name?: string | null
}

const SIDES = ['payor', 'payee'] as const
type Side = (typeof SIDES)[number]

/**
 * Makes ids of names, for many items with as few queries as may be; a name that nobody has makes that payee. What it throws
 * names the item, `[2].payee_name`.
 */
export async function settleParties<T extends Parties>(
  { db }: Pick<Writes, 'db'>,
  items: readonly T[],
): Promise<readonly (Omit<T, keyof Parties> & { readonly payor_id: string; readonly payee_id: string })[]> {
  const errors = items.flatMap((item, index) => SIDES.flatMap((side) => findMistake(item, side, `[${index}].`)))
  if (errors.length > 0) throw invalidFields(errors)

  const wanted = items.flatMap((item, index) =>
    SIDES.flatMap((side) => {
      const name = item[`${side}_name`]
      return name == null ? [] : { name, field: `[${index}].${side}_name` }
    }),
  )
  const ids = await findOrMakePayees({ db }, wanted)
  return items.map(({ payor_id, payor_name, payee_id, payee_name, ...item }) => ({
    ...item,
    payor_id: payor_id ?? ids.get(foldText(payor_name ?? '')) ?? '',
    payee_id: payee_id ?? ids.get(foldText(payee_name ?? '')) ?? '',
  }))
}

function findMistake(item: Parties, side: Side, prefix: string): readonly FieldError[] {
  const id = item[`${side}_id`]
  const name = item[`${side}_name`] ?? null
  const field = `${prefix}${side}_name`
  if (id === null && name === null) {
    return [{ field: `${prefix}${side}_id`, code: 'required', detail: `Must be given, or ${side}_name.` }]
  }
  if (id !== null && name !== null) return [{ field, code: 'mismatch', detail: `Must not be given with ${side}_id.` }]
  if (name !== null && foldText(name) === '') return [{ field, code: 'too_short', detail: 'Must not be blank.' }]
  return []
}
