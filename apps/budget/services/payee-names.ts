import { conflict, type FieldError, foldText } from '@mainspring/core'
import type { Selects, Writes } from '@mainspring/data'
import { Payee } from '../entities/payee.ts'

/** A payee wanted by name, and the field that asks for it. */
export interface WantedName {
  readonly name: string
  readonly field: string
}

interface PayeeNames {
  readonly payees: { readonly id: string; readonly name_key: string }
}

/**
 * The ids of payees by their folded names; a name that nobody has yet makes that payee. The names are held until the unit
 * ends, so that of requests at once which want a new name one makes it and the others find it. Throws `payee_ambiguous`,
 * naming each field whose name several payees have, and their ids.
 */
export async function findOrMakePayees(
  { db }: Pick<Writes, 'db'>,
  wanted: readonly WantedName[],
): Promise<ReadonlyMap<string, string>> {
  const names = Map.groupBy(wanted, ({ name }) => foldText(name))
  const keys = [...names.keys()]
  if (keys.length === 0) return new Map()
  await db.lockKeys(keys.map((key) => `payee-name/${key}`))
  const rows = await db.query((query: Selects<PayeeNames>) =>
    query.selectFrom('payees').select(['id', 'name_key']).where('name_key', 'in', keys).orderBy('id'),
  )
  const known = Map.groupBy(rows, ({ name_key }) => name_key)
  refuseAmbiguous(wanted, known)

  const missing = [...names].filter(([key]) => !known.has(key))
  const made = await db.insertMany(
    Payee,
    missing.map(([, [first]]) => ({ name: first?.name.trim() ?? '' })),
  )
  return new Map([
    ...[...known].map(([key, [row]]): [string, string] => [key, row?.id ?? '']),
    ...missing.map(([key], index): [string, string] => [key, made[index]?.id ?? '']),
  ])
}

/** More ids than anybody chooses from are not told. */
const MOST_IDS = 10

function refuseAmbiguous(
  wanted: readonly WantedName[],
  known: ReadonlyMap<string, readonly { readonly id: string }[]>,
): void {
  const errors: FieldError[] = []
  let payee_ids: readonly string[] | undefined
  for (const { name, field } of wanted) {
    const payees = known.get(foldText(name)) ?? []
    if (payees.length < 2) continue
    const ids = payees.slice(0, MOST_IDS).map(({ id }) => id)
    payee_ids ??= ids
    const detail = `${payees.length} payees are called ${JSON.stringify(name)}: give the id of one, such as ${ids.join(', ')}.`
    errors.push({ field, code: 'payee_ambiguous', detail })
  }
  if (errors.length > 0) throw conflict('payee_ambiguous', { errors, payee_ids })
}
