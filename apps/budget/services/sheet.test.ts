import type { AppError } from '@mainspring/core'
import { expect, test } from 'vitest'
import type { BudgetItem } from '../entities/budget-item.ts'
import { spoolOf } from '../testing/spool.ts'
import { readSheet, type SheetRow, sheetError, writeHeader, writeItem } from './sheet.ts'

const HEADER = 'item,amount_minor,currency_code,payor_name,payee_name,note'

test('a row is an item as it would be sent, what is empty being absent', async () => {
  const [row] = await readAll(
    'id,item,amount_minor,currency_code,payor_id,payee_name,note\n,Bread,480,EUR,home,Bakery,\n',
  )

  expect(row).toEqual({
    line: 2,
    mistakes: [],
    item: {
      id: null,
      item: 'Bread',
      amount_minor: 480,
      currency_code: 'EUR',
      flow: 'OUTFLOW',
      payor_id: 'home',
      payor_name: null,
      payee_id: null,
      payee_name: 'Bakery',
      transaction_date: null,
      category: null,
      note: null,
    },
  })
})

test('columns come in any order, with spaces around them', async () => {
  const [row] = await readAll(' currency_code , item,amount_minor\nEUR,Bread,1\n')

  expect(row).toMatchObject({ mistakes: [], item: { item: 'Bread', amount_minor: 1, currency_code: 'EUR' } })
})

test('a cell that was defused is read as it was, and one that never was is, too', async () => {
  const rows = await readAll(`${HEADER}\n'=1+1,1,EUR,a,b,'\n=1+1,1,EUR,a,b,''+\n`)

  expect(rows.map(({ item }) => [item.item, item.note])).toEqual([
    ['=1+1', "'"],
    ['=1+1', "'+"],
  ])
})

test('empty rows are passed over, and counted as lines', async () => {
  const rows = await readAll(`\n${HEADER}\n\n,,,,,\nx,1,EUR,a,b,\n\n,\n`)

  expect(rows.map(({ line }) => line)).toEqual([5])
})

test('rows end with one that is too many, empty ones counted', async () => {
  const empty = ',,,,,\n'

  const most = await readAll(`${HEADER}\n${empty.repeat(249_999)}x,1,EUR,a,b,\n`)
  const more = await readAll(`${HEADER}\n${empty.repeat(250_000)}x,1,EUR,a,b,\nx,1,EUR,a,b,\n`)
  const withoutHeader = readAll(`${'\n'.repeat(250_002)}${HEADER}\n`)

  expect(most).toMatchObject([{ line: 250_001, mistakes: [] }])
  expect(more).toMatchObject([{ line: 250_002, mistakes: [{ line: 250_002, column: null, code: 'too_many' }] }])
  await expect(withoutHeader).rejects.toMatchObject({ code: 'invalid_csv', errors: [{ field: 'lines[1]' }] })
})

test.each([
  ['0', 0],
  ['007', 7],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
])('the amount %s is taken', async (amount, expected) => {
  expect(await readAmount(amount)).toMatchObject({ mistakes: [], item: { amount_minor: expected } })
})

test.each([
  ['', 'required'],
  ['1.0', 'type'],
  ['1e3', 'type'],
  ['1,5', 'type'],
  ['+5', 'type'],
  ["'5", 'type'],
  [' 5', 'type'],
  ['0x10', 'type'],
  ['٣', 'type'],
  ['Infinity', 'type'],
  ['-1', 'minimum'],
  ['9007199254740992', 'maximum'],
  ['9007199254740993', 'maximum'],
  ['9'.repeat(400), 'type'],
])('the amount %j is a mistake', async (amount, code) => {
  expect((await readAmount(amount)).mistakes).toMatchObject([{ line: 2, column: 'amount_minor', code }])
})

test('every wrong cell is told with its line and column, whatever stands before it', async () => {
  const rows = await readAll(`${HEADER}\r\n"a\r\nb\nc",x,EURO,a,b,"1\r\n2"\r\n,1,EUR,a,b,\r\n`)

  expect(rows.flatMap(({ mistakes }) => mistakes)).toMatchObject([
    { line: 2, column: 'amount_minor', code: 'type' },
    { line: 2, column: 'currency_code', code: 'format' },
    { line: 6, column: 'item', code: 'required' },
  ])
})

test('a row of another length is told, and those behind it are read', async () => {
  const rows = await readAll(`${HEADER}\nx,1\nx,1,EUR,a,b,c,d\nx,1,EUR,a,b,c\n`)

  expect(rows.map(({ mistakes }) => mistakes)).toEqual([
    [{ line: 2, column: null, code: 'invalid_csv', detail: 'There must be 6 cells, as in the header, not 2.' }],
    [{ line: 3, column: null, code: 'invalid_csv', detail: 'There must be 6 cells, as in the header, not 7.' }],
    [],
  ])
})

test('where the rest is no CSV, line and column are told', async () => {
  const rows = await readAll(`${HEADER}\nx,1,EUR,a,b,c\nx,1,"EUR,a,b,c\nx,1,EUR,a,b,c\n`)

  expect(rows.map(({ mistakes }) => mistakes)).toEqual([
    [],
    [{ line: 3, column: 'currency_code', code: 'invalid_csv', detail: 'A quote is opened here and never closed.' }],
  ])
})

test.each([
  ['nothing', '', [{ field: 'lines[1]' }]],
  ['no text', '\n\n', [{ field: 'lines[1]' }]],
  ['semicolons', 'item;amount_minor;currency_code\n', [{ field: 'lines[1]' }]],
  ['a quote left open', '"item,amount_minor\n', [{ field: 'lines[1]' }]],
  ['an unknown column', `${HEADER},price\n`, [{ field: 'lines[1].price' }]],
  ['a column twice', `${HEADER},note\n`, [{ field: 'lines[1].note' }]],
  ['what the service owns', `${HEADER},create_time\n`, [{ field: 'lines[1].create_time' }]],
  [
    'much that is wrong',
    '\nitem,Amount,item\n',
    [
      { field: 'lines[2].Amount' },
      { field: 'lines[2].item' },
      { field: 'lines[2].amount_minor' },
      { field: 'lines[2].currency_code' },
    ],
  ],
])('a header of %s is refused', async (_, sheet, errors) => {
  await expect(readAll(sheet)).rejects.toMatchObject({ kind: 'invalid', code: 'invalid_csv', errors })
})

test('an error names its first place and how many more there are', () => {
  const mistake = { line: 3, column: 'note', code: 'too_long', detail: 'Must be shorter.' }

  expect(sheetError('invalid', 'invalid_csv', [mistake], { count: 7, most: 1 })).toMatchObject({
    message: 'Line 3, column note: Must be shorter. And 6 more.',
    errors: [{ field: 'lines[3].note', code: 'too_long' }],
    members: { line: 3, column: 'note', most: 1 },
  })
})

test('an error names a hundred places, and how many there are', async () => {
  const sheet = `${HEADER}${',price'.repeat(50_000 / 6)}\n`

  const error = await readAll(sheet).catch((error: AppError) => error)

  expect(error).toMatchObject({ message: expect.stringMatching(/And \d{4} more\.$/) })
  expect(error).toHaveProperty('errors.length', 100)
})

test('an item that was written is read as it was', async () => {
  const item = {
    id: 'bread',
    item: '=Bread, "white"\r\nand\tbrown',
    amount_minor: Number.MAX_SAFE_INTEGER,
    currency_code: 'EUR',
    flow: 'INFLOW',
    payor_id: 'bakery',
    payee_id: 'home',
    transaction_date: '0001-01-01',
    category: "'",
    note: '\ufeff😀',
  } as BudgetItem

  const [row] = await readAll(writeHeader() + writeItem(item))

  expect(row).toMatchObject({ mistakes: [], item })
})

const readAll = (sheet: string): Promise<readonly SheetRow[]> => Array.fromAsync(readSheet(spoolOf(sheet)))

async function readAmount(amount: string): Promise<SheetRow> {
  const [row] = await readAll(`${HEADER}\nx,"${amount}",EUR,a,b,\n`)
  if (!row) throw new Error('There is a row.')
  return row
}
