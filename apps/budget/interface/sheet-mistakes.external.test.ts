import { randomUUID } from 'node:crypto'
import { refusal } from '@mainspring/testing'
import { expect, test } from 'vitest'
import { count, exists, getItem, importSheet, makeItem, makePayee, newName } from '../testing/client.ts'

const HEADER = 'id,item,amount_minor,currency_code,payor_name,payee_name,category'

test.each<[string, Parameters<typeof importSheet>[0], object]>([
  ['nothing', '', { code: 'body_required' }],
  ['line breaks', '\n\n', { code: 'invalid_csv', line: 1 }],
  ['bytes', new Uint8Array([0x69, 0xff, 0x2c]), { code: 'invalid_csv', detail: expect.stringContaining('UTF-8') }],
  ['Latin-1', Buffer.from(`${HEADER}\n,Zoë,1,EUR,A,B,\n`, 'latin1'), { detail: expect.stringContaining('UTF-8') }],
  ['UTF-16', Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'), { detail: expect.stringContaining('UTF-8') }],
  ['JSON', '{"item": "x"}', { code: 'invalid_csv', line: 1 }],
  ['semicolons', `${HEADER.replaceAll(',', ';')}\n`, { line: 1, detail: expect.stringContaining('commas') }],
  ['an unknown column', `${HEADER},price\n`, { line: 1, column: 'price' }],
  ['a column twice', `${HEADER},item\n`, { line: 1, column: 'item' }],
  ['a missing column', 'item,currency_code\n', { line: 1, column: 'amount_minor' }],
  ['an open quote', `${HEADER}\n,x,1,EUR,A,B,\n,"x,1,EUR,A,B,\n`, { line: 3, column: 'item' }],
  ['a stray quote', `${HEADER}\n,x,1,E"UR,A,B,\n`, { line: 2, column: 'currency_code' }],
  ['a short row', `${HEADER}\n,x,1\n`, { line: 2, column: null }],
])('a sheet of %s is refused', async (_, sheet, problem) => {
  await expect(importSheet(sheet)).rejects.toMatchObject({ status: 400, members: problem })
})

test.each<[string, string, string, string]>([
  ['a wrong amount', ',x,1.50,EUR,A,B,', 'amount_minor', 'type'],
  ['a wrong currency', ',x,1,EURO,A,B,', 'currency_code', 'format'],
  ['no item', ',,1,EUR,A,B,', 'item', 'required'],
  ['a wrong id', 'No Id,x,1,EUR,A,B,', 'id', 'pattern'],
  ['a long category', `,x,1,EUR,A,B,${'x'.repeat(101)}`, 'category', 'too_long'],
  ['NUL', ',x\0,1,EUR,A,B,', 'item', 'text'],
  ['no payor', ',x,1,EUR,,B,', 'payor_id', 'required'],
  ['a blank payee', ',x,1,EUR,A,\u00a0,', 'payee_name', 'too_short'],
  ['one and the same', ',x,1,EUR,A, a,', 'payee_name', 'same_party'],
])('a row with %s is named by line and column, whatever stands before it', async (_, row, column, code) => {
  const before = `${HEADER}\r\n,"two\r\nlines",1,EUR,A,B,"x\n\ny"\r\n\r\n`

  await expect(importSheet(`${before}${row}\r\n,x,1,EUR,A,B,\r\n`)).rejects.toMatchObject({
    ...refusal(400, `lines[7].${column}`, code),
    members: { code: 'invalid_csv', line: 7, column },
  })
})

test('an id twice is named, and where it was before', async () => {
  const id = randomUUID()
  const row = `${id},x,1,EUR,${newName()},${newName()},\n`

  await expect(importSheet(`${HEADER}\n${row}\n${row}`)).rejects.toMatchObject({
    status: 400,
    members: { line: 4, column: 'id', errors: [{ code: 'duplicate_id' }], detail: expect.stringContaining('line 2') },
  })
  expect(await exists(`budget-items/${id}`)).toBe(false)
})

test('a hundred mistakes are told at once, and how many more there are', async () => {
  const rows = Array.from({ length: 150 }, () => ',x,none,EUR,A,,\n').join('')

  await expect(importSheet(`${HEADER}\n${rows},x,1\n`)).rejects.toMatchObject({
    status: 400,
    errors: Array.from({ length: 100 }, (_, row) => ({ field: `lines[${2 + row}].amount_minor`, code: 'type' })),
    detail: expect.stringMatching(/And 150 more\.$/),
  })
})

test('one wrong row of many, and neither item nor payee is made or changed', async () => {
  const [category, name, before] = [randomUUID(), newName(), await makeItem()]
  const good = `,x,1,EUR,${name},${newName()},${category}\n`
  const changed = `${before.id},changed,1,EUR,${name},${newName()},${category}\n`

  const refused = importSheet(`${HEADER}\n${good}${changed}${good.repeat(700)},x,-1,EUR,A,B,\n`)

  await expect(refused).rejects.toMatchObject({ status: 400, members: { line: 704, column: 'amount_minor' } })
  expect(await count('budget-items', `category == "${category}"`)).toBe(0)
  expect(await count('payees', `name == "${name}"`)).toBe(0)
  expect(await getItem(before.id)).toEqual(before)
})

test('what only the database knows is named by line and column, too, and undoes all', async () => {
  const [category, name, twice] = [randomUUID(), newName(), newName()]
  const ids = [await makePayee({ name: twice }), await makePayee({ name: twice })].map(({ id }) => id).toSorted()
  const good = `,x,1,EUR,${name},${newName()},${category},\n`.repeat(600)

  const load = (rows: string) => importSheet(`${HEADER},payee_id\n${good}${rows}`)

  await expect(load(`,x,1,EUR,${name},${twice},,\n`)).rejects.toMatchObject({
    ...{ status: 409, code: 'payee_ambiguous' },
    members: { line: 602, column: 'payee_name', payee_ids: ids },
  })
  await expect(load(`,x,1,EUR,${name},,,nobody-at-all\n`)).rejects.toMatchObject({
    ...{ status: 400, code: 'reference_not_found' },
    members: { line: 602, column: 'payee_id' },
  })
  const itself = load(`,x,1,EUR,${name},,,${ids[0]}\n,x,1,EUR,,${name},,${ids[0]}\n`)
  await expect(itself).rejects.toMatchObject({ status: 400, members: { line: 603 } })
  expect(await count('budget-items', `category == "${category}"`)).toBe(0)
  expect(await count('payees', `name == "${name}"`)).toBe(0)
})

test('who would pay themselves is found behind a name and an id', async () => {
  const { id, name } = await makePayee()

  const refused = importSheet(`item,amount_minor,currency_code,payor_id,payee_name\nx,1,EUR,${id},"${name}"\n`)

  await expect(refused).rejects.toMatchObject(refusal(400, 'lines[2].payee_name', 'same_party'))
})
