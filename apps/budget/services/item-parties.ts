import { type FieldError, foldText, invalidFields } from '@mainspring/core'
import type { BudgetWrites } from '../context.ts'
import { findOrMakePayees, type WantedName } from './payee-names.ts'

/** Either party of an item, by its id or by its name. */
export interface Parties {
  readonly payor_id: string | null
  readonly payor_name?: string | null
  readonly payee_id: string | null
  readonly payee_name?: string | null
}

const PAYOR = { id: 'payor_id', name: 'payor_name' } as const
const PAYEE = { id: 'payee_id', name: 'payee_name' } as const
type Side = typeof PAYOR | typeof PAYEE

/**
 * Makes ids of names, for many items with as few queries as may be; a name that nobody has makes that payee. What it throws
 * names the item, `[2].payee_name`.
 */
export async function settleParties<T extends Parties>(
  needs: Pick<BudgetWrites, 'db' | 'emit'>,
  items: readonly T[],
): Promise<readonly (Omit<T, keyof Parties> & { readonly payor_id: string; readonly payee_id: string })[]> {
  refuse(items, findPartyMistakes)
  const ids = await findOrMakePayees(needs, items.flatMap(namesOf))
  const idOf = (item: Parties, side: Side) => item[side.id] ?? ids.get(foldText(item[side.name] ?? '')) ?? ''
  refuse(items, (item) => (idOf(item, PAYOR) === idOf(item, PAYEE) ? [sameParty(item)] : NONE))
  return items.map((item) => {
    const { payor_id, payor_name, payee_id, payee_name, ...rest } = item
    return { ...rest, payor_id: idOf(item, PAYOR), payee_id: idOf(item, PAYEE) }
  })
}

function namesOf(item: Parties, index: number): readonly WantedName[] {
  if (item.payor_name == null && item.payee_name == null) return NONE
  return [PAYOR, PAYEE].flatMap((side) => {
    const name = item[side.name]
    return name == null ? [] : { name, field: `[${index}].${side.name}` }
  })
}

/** What is wrong with the parties of an item whoever there is. */
export function findPartyMistakes(item: Parties): readonly FieldError[] {
  const mistakes = [...findMistakes(item, PAYOR), ...findMistakes(item, PAYEE)]
  if (mistakes.length > 0) return mistakes
  return keyOf(item, PAYOR) === keyOf(item, PAYEE) ? [sameParty(item)] : NONE
}

/** No id looks like a name. */
const keyOf = (item: Parties, side: Side): string => item[side.id] ?? `"${foldText(item[side.name] ?? '')}"`

function findMistakes(item: Parties, side: Side): readonly FieldError[] {
  const id = item[side.id]
  const name = item[side.name] ?? null
  if (id === null && name === null) {
    return [{ field: side.id, code: 'required', detail: `Must be given, or ${side.name}.` }]
  }
  if (id !== null && name !== null) {
    return [{ field: side.name, code: 'mismatch', detail: `Must not be given with ${side.id}.` }]
  }
  if (name !== null && foldText(name) === '') {
    return [{ field: side.name, code: 'too_short', detail: 'Must not be blank.' }]
  }
  return NONE
}

const NONE: readonly never[] = []

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
