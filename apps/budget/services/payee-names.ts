import { conflict, type FieldError, foldText } from '@mainspring/core'
import type { Selects } from '@mainspring/data'
import type { BudgetWrites } from '../context.ts'
import { insertPayees } from './writes.ts'

/** A payee wanted by name, and the field that asks for it. */
export interface WantedName {
  readonly name: string
  readonly field: string
}

interface PayeeNames {
  readonly payees: { readonly id: string; readonly name_key: string }
}

/**
 * The ids of payees by their folded names; a name that nobody has yet makes that payee. Those that are there are held until
 * the unit ends, so that nobody deletes or merges them before they are referred to; a name that is not is held, too, so that
 * of requests at once which want it one makes it and the others find it. Throws `payee_ambiguous`, naming each field whose
 * name several payees have, and their ids.
 */
export async function findOrMakePayees(
  needs: Pick<BudgetWrites, 'db' | 'emit'>,
  wanted: readonly WantedName[],
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map()
  const { db } = needs
  const names = Map.groupBy(wanted, ({ name }) => foldText(name))
  const known = await findPayees(db, [...names.keys()])
  const isUnknown = (key: string) => !known.has(key)
  const unknown = [...names.keys()].filter(isUnknown)
  await db.lockKeys(unknown.map((key) => `payee-name/${key}`))
  for (const [key, ids] of await findPayees(db, unknown)) known.set(key, ids)
  refuseAmbiguous(wanted, known)

  const missing = unknown.filter(isUnknown)
  const made = await insertPayees(
    needs,
    missing.map((key) => ({ name: names.get(key)?.[0]?.name.trim() ?? '' })),
  )
  return new Map([
    ...[...known].map(([key, [id = '']]): [string, string] => [key, id]),
    ...missing.map((key, index): [string, string] => [key, made[index]?.id ?? '']),
  ])
}

async function findPayees(db: BudgetWrites['db'], keys: readonly string[]): Promise<Map<string, readonly string[]>> {
  if (keys.length === 0) return new Map()
  const rows = await db.hold((query: Selects<PayeeNames>) =>
    query.selectFrom('payees').select(['id', 'name_key']).where('name_key', 'in', keys).orderBy('id'),
  )
  const byKey = Map.groupBy(rows, ({ name_key }) => name_key)
  return new Map([...byKey].map(([key, payees]) => [key, payees.map(({ id }) => id)]))
}

/** More ids than anybody chooses from are not told. */
const MOST_IDS = 10

function refuseAmbiguous(wanted: readonly WantedName[], known: ReadonlyMap<string, readonly string[]>): void {
  const errors: FieldError[] = []
  let payee_ids: readonly string[] | undefined
  for (const { name, field } of wanted) {
    const all = known.get(foldText(name)) ?? []
    if (all.length < 2) continue
    const ids = all.slice(0, MOST_IDS)
    payee_ids ??= ids
    const detail = `${all.length} payees are called ${JSON.stringify(name)}: give the id of one, such as ${ids.join(', ')}.`
    errors.push({ field, code: 'payee_ambiguous', detail })
  }
  if (errors.length > 0) throw conflict('payee_ambiguous', { errors, payee_ids })
}
