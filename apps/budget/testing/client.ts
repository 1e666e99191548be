import { randomInt, randomUUID } from 'node:crypto'
import { createClient } from '@mainspring/client'
import type { BudgetItem, Payee } from '@mainspring/client/house'
import { createCheckedClient, createCheckedFetch } from '@mainspring/testing'
import { expect, inject } from 'vitest'
import { newItem, newPayee } from './books.ts'

const baseUrl = inject('base_url')

/** An ordinary user of the deployment under test; what is answered is held against the document, and nothing asked twice. */
export const client = createClient({ baseUrl, fetch: createCheckedFetch(baseUrl), attempts: 1 })

/** Sends what the types of the client forbid. */
export const stranger = createCheckedClient(baseUrl)

/** A name that nobody has yet. */
export const newName = (): string => `Nobody ${randomUUID()}`

export const makePayee = async (overrides: Parameters<typeof newPayee>[0] = {}): Promise<Payee> =>
  (await client.post('/v1/payees', { body: newPayee({ name: newName(), ...overrides }) })).body

/** Two payees, as an item has them. */
export async function makeParties(): Promise<{ readonly payor_id: string; readonly payee_id: string }> {
  const [payor, payee] = await Promise.all([makePayee(), makePayee()])
  return { payor_id: payor.id, payee_id: payee.id }
}

/** Makes an item, and its parties unless both are given. */
export async function makeItem(overrides: Parameters<typeof newItem>[0] = {}): Promise<BudgetItem> {
  const parties = overrides.payor_id && overrides.payee_id ? {} : await makeParties()
  return (await client.post('/v1/budget-items', { body: newItem({ ...parties, ...overrides }) })).body
}

export const getItem = async (budget_item_id: string): Promise<BudgetItem> =>
  (await client.get('/v1/budget-items/{budget_item_id}', { params: { budget_item_id } })).body

export const importSheet = (upload: string | Uint8Array<ArrayBuffer>, headers = {}) =>
  client.post('/v1/budget-items:import', { upload, contentType: 'text/csv', headers })

export const etagOf = async (path: string): Promise<string> =>
  (await stranger.get(`/v1/${path}`)).headers.get('etag') ?? ''

/** Whether something is at a path. */
export async function exists(path: string): Promise<boolean> {
  const { status } = await stranger.get(`/v1/${path}`)
  expect([200, 404]).toContain(status)
  return status === 200
}

/** How many of a collection match. */
export async function count(collection: 'payees' | 'budget-items', filter: string): Promise<number | undefined> {
  const query = { filter, show_total_size: true, max_page_size: 1 }
  return (await client.get(`/v1/${collection}`, { query })).body.total_size
}

/** A currency and a year that nobody else is likely to sum up. */
export function newLedger() {
  const currencies = ['AWG', 'BBD', 'BZD', 'FKP', 'GIP', 'KMF', 'LRD', 'MOP', 'PGK', 'SBD', 'TOP', 'VUV', 'WST', 'XPF']
  const currency_code = currencies[randomInt(currencies.length)] ?? 'XPF'
  const year = String(randomInt(1, 10_000)).padStart(4, '0')
  return { currency_code, year, range: { from_date: `${year}-01-01`, to_date: `${year}-12-31` } }
}
