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
  refuse(items, findPartyMistakes)
  const wanted = items.flatMap((item, index) =>
    SIDES.flatMap((side) => {
      const name = item[`${side}_name`]
      return name == null ? [] : { name, field: `[${index}].${side}_name` }
    }),
  )
  const ids = await findOrMakePayees({ db }, wanted)
  const idOf = (item: Parties, side: Side) => item[`${side}_id`] ?? ids.get(foldText(item[`${side}_name`] ?? '')) ?? ''
  refuse(items, (item) => (idOf(item, 'payor') === idOf(item, 'payee') ? [sameParty(item)] : []))
  return items.map((item) => {
    const { payor_id, payor_name, payee_id, payee_name, ...rest } = item
    return { ...rest, payor_id: idOf(item, 'payor'), payee_id: idOf(item, 'payee') }
  })
}

/** What is wrong with the parties of an item whoever there is. */
export function findPartyMistakes(item: Parties): readonly FieldError[] {
  const mistakes = SIDES.flatMap((side) => findMistake(item, side))
  if (mistakes.length > 0) return mistakes
  const [payor, payee] = SIDES.map((side) => item[`${side}_id`] ?? `"${foldText(item[`${side}_name`] ?? '')}"`)
  return payor === payee ? [sameParty(item)] : []
}

function findMistake(item: Parties, side: Side): readonly FieldError[] {
  const id = item[`${side}_id`]
  const name = item[`${side}_name`] ?? null
  const field = `${side}_name`
  if (id === null && name === null) {
    return [{ field: `${side}_id`, code: 'required', detail: `Must be given, or ${field}.` }]
  }
  if (id !== null && name !== null) return [{ field, code: 'mismatch', detail: `Must not be given with ${side}_id.` }]
  if (name !== null && foldText(name) === '') return [{ field, code: 'too_short', detail: 'Must not be blank.' }]
  return []
}

const sameParty = ({ payee_name }: Parties): FieldError => ({
  field: payee_name == null ? 'payee_id' : 'payee_name',
  code: 'same_party',
  detail: 'Must be somebody else than the payor.',
})

function refuse<T>(items: readonly T[], find: (item: T) => readonly FieldError[]): void {
  const errors = items.flatMap((item, index) =>
    find(item).map((error) => ({ ...error, field: `[${index}].${error.field}` })),
  )
  if (errors.length > 0) throw invalidFields(errors)
}
