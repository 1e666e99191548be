import { collectErrors, conflict, invalid, normalizePhone } from '@mainspring/core'
import { type Create, rowNotFound, type SqlBool, sql } from '@mainspring/data'
import type { BudgetWrites } from '../context.ts'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'
import { deletePayee, insertPayees, moveItems } from './writes.ts'

type Needs = Pick<BudgetWrites, 'db' | 'emit' | 'locality'>
type NewPayee = Create<typeof Payee>

/** Makes payees, their phones in E.164. */
export async function createPayees(needs: Needs, payees: readonly NewPayee[]): Promise<readonly Payee[]> {
  return insertPayees(needs, await withPhones(payees, needs.locality.region))
}

/** Changes a payee. A phone that stays is not looked at again: the ranges of numbers change, and it was right once. */
export async function updatePayee(
  { db, locality }: Omit<Needs, 'emit'>,
  next: Omit<NewPayee, 'id'>,
  current: Payee,
): Promise<Payee> {
  if (next.phone === current.phone) return db.update(Payee, current, next)
  const [phone] = await normalizePhones([next.phone], locality.region)
  return db.update(Payee, current, { ...next, phone: checkedPhone(next.phone, phone, locality.region) })
}

/**
 * Folds a payee into another: its items become the other's, what the other lacks is taken over, and it is gone. Both rows
 * are locked, so that no item can come to point at the one that goes.
 */
export async function mergePayee(
  needs: Pick<Needs, 'db' | 'emit'>,
  { id, into_payee_id }: { readonly id: string; readonly into_payee_id: string },
): Promise<Payee> {
  if (id === into_payee_id)
    throw invalid('merge_into_itself', { field: 'into_payee_id', detail: 'Must be another payee.' })
  const { db } = needs
  const payees = await db.findManyForUpdate(Payee, [id, into_payee_id])
  const going = payees.get(id)
  const staying = payees.get(into_payee_id)
  if (!going) throw rowNotFound(Payee, id)
  if (!staying) throw rowNotFound(Payee, into_payee_id).within('into_payee_id')

  const between = await db.count(
    BudgetItem,
    sql<SqlBool>`(payor_id = ${id} and payee_id = ${into_payee_id}) or (payor_id = ${into_payee_id} and payee_id = ${id})`,
  )
  if (between > 0) {
    const detail = `There are budget-items between the two (${between}), which would be between one and the same.`
    throw conflict('payees_trade', { detail, items: between })
  }
  await moveItems(needs, id, into_payee_id)
  await deletePayee(needs, going, { force: false })
  const { email, phone, note } = staying
  return db.update(Payee, staying, {
    email: email ?? going.email,
    phone: phone ?? going.phone,
    note: note ?? going.note,
  })
}

async function withPhones(payees: readonly NewPayee[], region: string | null): Promise<readonly NewPayee[]> {
  const phones = await normalizePhones(
    payees.map(({ phone }) => phone),
    region,
  )
  return collectErrors(payees, (payee, index) => ({
    ...payee,
    phone: checkedPhone(payee.phone, phones[index], region),
  }))
}

const normalizePhones = (given: readonly (string | null)[], region: string | null) =>
  Promise.all(given.map((phone) => (phone === null ? undefined : normalizePhone(phone, region ?? undefined))))

function checkedPhone(given: string | null, phone: string | undefined, region: string | null): string | null {
  if (given === null) return null
  if (phone !== undefined) return phone
  const hint =
    region === null ? 'begin with + and the country' : `begin with + and the country, unless it is in ${region}`
  throw invalid('phone_invalid', { field: 'phone', detail: `It is no telephone number: ${hint}.` })
}
