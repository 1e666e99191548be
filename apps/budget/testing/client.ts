import { randomInt, randomUUID } from 'node:crypto'
import { createCheckedClient } from '@mainspring/testing'
import { expect, inject } from 'vitest'
import type { BudgetItem } from '../entities/budget-item.ts'
import type { Payee } from '../entities/payee.ts'
import { newItem, newPayee } from './books.ts'

/** Talks to the deployment under test. */
export const client = createCheckedClient(inject('base_url'))

/** A name that nobody has yet. */
export const newName = (): string => `Nobody ${randomUUID()}`

export async function makePayee(overrides: Parameters<typeof newPayee>[0] = {}): Promise<Payee> {
  const { status, body } = await client.post<Payee>('/v1/payees', newPayee({ name: newName(), ...overrides }))
  expect({ status, body }).toMatchObject({ status: 201 })
  return body
}

/** Two payees, as an item has them. */
export async function makeParties(): Promise<{ readonly payor_id: string; readonly payee_id: string }> {
  const [payor, payee] = await Promise.all([makePayee(), makePayee()])
  return { payor_id: payor.id, payee_id: payee.id }
}

/** Makes an item, and its parties unless both are given. */
export async function makeItem(overrides: Parameters<typeof newItem>[0] = {}): Promise<BudgetItem> {
  const parties = overrides.payor_id && overrides.payee_id ? {} : await makeParties()
  const { status, body } = await client.post<BudgetItem>('/v1/budget-items', newItem({ ...parties, ...overrides }))
  expect({ status, body }).toMatchObject({ status: 201 })
  return body
}

export const getItem = async (id: string): Promise<BudgetItem> =>
  (await client.get<BudgetItem>(`/v1/budget-items/${id}`)).body

export const etagOf = async (path: string): Promise<string> =>
  (await client.get(`/v1/${path}`)).headers.get('etag') ?? ''

/** How many of a collection match. */
export async function count(collection: 'payees' | 'budget-items', filter: string): Promise<number> {
  const query = new URLSearchParams({ filter, show_total_size: 'true', max_page_size: '1' })
  return (await client.get<{ total_size: number }>(`/v1/${collection}?${query}`)).body.total_size
}

/** A refusal that names one field. */
export const refusal = (status: number, field: string, code = expect.any(String)) => ({
  status,
  body: { errors: [{ field, code }] },
})

/** A currency and a year that nobody else is likely to sum up. */
export function newLedger() {
  const currencies = ['AWG', 'BBD', 'BZD', 'FKP', 'GIP', 'KMF', 'LRD', 'MOP', 'PGK', 'SBD', 'TOP', 'VUV', 'WST', 'XPF']
  const currency_code = currencies[randomInt(currencies.length)] ?? 'XPF'
  const year = String(randomInt(1, 10_000)).padStart(4, '0')
  return { currency_code, year, range: { from_date: `${year}-01-01`, to_date: `${year}-12-31` } }
}
