import { randomUUID } from 'node:crypto'
import type { BudgetItem } from '@mainspring/client/house'
import { expect, test } from 'vitest'
import {
  client,
  count,
  etagOf,
  getItem,
  importSheet,
  makeItem,
  makeParties,
  makePayee,
  newName,
  stranger,
} from '../testing/client.ts'

const HEADER = 'id,item,amount_minor,currency_code,payor_name,payee_name,category'

const counts = (created: number, updated = 0, unchanged = 0) => ({
  status: 200,
  body: { rows: created + updated + unchanged, created, updated, unchanged },
})

/** An export as it would be of these items alone: others have theirs in there, too, and change them meanwhile. */
async function exported(...items: readonly BudgetItem[]): Promise<string> {
  const { body } = await client.get('/v1/budget-items:export')
  const [header, ...lines] = body.split('\r\n')
  return [header, ...lines.filter((line) => items.some(({ id }) => line.startsWith(`${id},`))), ''].join('\r\n')
}

async function inCategory(category: string): Promise<readonly BudgetItem[]> {
  const query = { filter: `category == ${JSON.stringify(category)}`, max_page_size: 1000 }
  return (await client.get('/v1/budget-items', { query })).body.results
}

test('an export is a CSV file with a name', async () => {
  const { status, headers } = await client.get('/v1/budget-items:export')

  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(headers.get('content-disposition')).toBe('attachment; filename="budget-items.csv"')
})

test('an export has every field, ids for payees, and quotes where they are needed', async () => {
  const item = await makeItem({
    item: 'Bread, "white"',
    amount_minor: 480,
    transaction_date: '2026-01-31',
    category: "'",
  })
  const { id, payor_id, payee_id } = item

  expect(await exported(item)).toBe(
    `id,item,amount_minor,currency_code,flow,payor_id,payee_id,transaction_date,category,note\r\n${id},"Bread, ""white""",480,EUR,OUTFLOW,${payor_id},${payee_id},2026-01-31,',\r\n`,
  )
})

test('what is exported is imported without a change, not of a tag either', async () => {
  const items = await Promise.all(
    ['=1+1', "'=1", "'", '"', 'a\r', '\ufeffZoë 😀', ' spaced ', '+49 30', '@me', '-1', '\t', '＝1', '1,5;'].map(
      (note) => makeItem({ note, item: note, category: note }),
    ),
  )
  const tags = await Promise.all(items.map(({ path }) => etagOf(path)))

  const answer = await importSheet(await exported(...items))

  expect(answer).toMatchObject(counts(0, 0, items.length))
  expect(await Promise.all(items.map(({ path }) => etagOf(path)))).toEqual(tags)
  expect(await Promise.all(items.map(({ id }) => getItem(id)))).toEqual(items)
})

test('no cell of an export is run by a spreadsheet', async () => {
  const item = await makeItem({ item: '=cmd|calc', note: '@SUM(1)', category: '-1' })

  const [, line = ''] = (await exported(item)).split('\r\n')

  expect(line).toContain(",'=cmd|calc,")
  expect(line).toMatch(/,'-1,'@SUM\(1\)$/)
})

test('a row whose id is there replaces that item, and what is left out is empty then', async () => {
  const before = await makeItem({ note: 'n', category: 'c', flow: 'INFLOW', transaction_date: '2026-01-01' })
  const header = 'id,item,amount_minor,currency_code,payor_id,payee_id,transaction_date'

  const answer = await importSheet(
    `${header}\n${before.id},New,7,JPY,${before.payee_id},${before.payor_id},2026-01-02\n`,
  )

  expect(answer).toMatchObject(counts(0, 1))
  expect(await getItem(before.id)).toMatchObject({
    ...{ item: 'New', amount_minor: 7, currency_code: 'JPY', payor_id: before.payee_id, payee_id: before.payor_id },
    ...{ transaction_date: '2026-01-02', flow: 'OUTFLOW', note: null, category: null, create_time: before.create_time },
  })
})

test('a row may have an id that is free, or none', async () => {
  const [id, category, { payor_id, payee_id }] = [randomUUID(), randomUUID(), await makeParties()]
  const cells = `x,1,EUR,${payor_id},${payee_id},${category}`

  const answer = await importSheet(
    `id,item,amount_minor,currency_code,payor_id,payee_id,category\n${id},${cells}\n,${cells}\n`,
  )

  expect(answer).toMatchObject(counts(2))
  expect(await getItem(id)).toMatchObject({ category, flow: 'OUTFLOW' })
  expect(await inCategory(category)).toHaveLength(2)
})

test('names make payees or find them, ids and names side by side', async () => {
  const [category, name, { id, name: known }] = [randomUUID(), newName(), await makePayee()]
  const header = 'item,amount_minor,currency_code,payor_id,payor_name,payee_id,payee_name,category'

  const answer = await importSheet(
    `${header}\na,1,EUR,${id},,,${name},${category}\nb,2,EUR,,${name.toUpperCase()},${id},,${category}\nc,3,EUR,,${known}, ,${name},${category}\n`.replace(
      ', ,',
      ',,',
    ),
  )

  expect(answer).toMatchObject(counts(3))
  expect(await count('payees', `name == "${name}"`)).toBe(1)
  const parties = (await inCategory(category)).map(({ payor_id, payee_id }) => [payor_id, payee_id].indexOf(id))
  expect(parties.toSorted()).toEqual([0, 0, 1])
})

test.each([
  ['LF', '\n', ''],
  ['CRLF', '\r\n', ''],
  ['a mark in front', '\r\n', '\ufeff'],
])('a sheet may come with %s', async (_, end, mark) => {
  const category = randomUUID()
  const rows = [HEADER, `,"Zoë\n""😀""",1,EUR,${newName()},${newName()},${category}`, ',,,,,,', '']

  expect(await importSheet(Buffer.from(mark + rows.join(end)))).toMatchObject(counts(1))
  expect(await inCategory(category)).toMatchObject([{ item: 'Zoë\n"😀"' }])
})

test('a sheet of a header alone does nothing', async () => {
  expect(await importSheet(`${HEADER}\n`)).toMatchObject(counts(0))
})

test('a repeat under one key does nothing, and gets the first answer', async () => {
  const [category, headers] = [randomUUID(), { 'Idempotency-Key': randomUUID() }]
  const sheet = `${HEADER}\n,x,1,EUR,${newName()},${newName()},${category}\n`

  const [first, second] = [await importSheet(sheet, headers), await importSheet(sheet, headers)]

  expect([first, second]).toMatchObject([counts(1), counts(1)])
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(await inCategory(category)).toHaveLength(1)
  const refused = importSheet(`${sheet}\n`, headers)
  await expect(refused).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' })
})

test('an import takes CSV alone', async () => {
  expect(await stranger.post('/v1/budget-items:import')).toMatchObject({ status: 415 })
  expect(await stranger.send('POST', '/v1/budget-items:import')).toMatchObject({
    status: 400,
    body: { code: 'body_required' },
  })
  expect(await stranger.get('/v1/budget-items:export', { accept: 'application/json' })).toMatchObject({ status: 406 })
})
