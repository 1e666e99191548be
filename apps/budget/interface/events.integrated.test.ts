import { startTellingService, type TellingService } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { budget } from '../app.ts'

let service: TellingService
beforeAll(async () => {
  service = await startTellingService(budget)
})
afterAll(() => service.stop())

const item = { item: 'Bread', amount_minor: 480, currency_code: 'EUR', payor_id: 'home', payee_id: 'bakery' }
const ITEMS = '/v1/budget-items'

test('fixtures are not told of', () => {
  expect(service.told()).toEqual([])
})

test.each<[string, () => Promise<unknown>, readonly string[]]>([
  ['POST', () => service.client.post(`${ITEMS}?id=posted`, item), ['item_created budget-items/posted']],
  ['PUT', () => service.client.put(`${ITEMS}/put`, item), ['item_created budget-items/put']],
  ['PUT again', () => service.client.put(`${ITEMS}/put`, { ...item, note: 'Rye' }), ['item_updated budget-items/put']],
  ['PUT of the same', () => service.client.put(`${ITEMS}/put`, { ...item, note: 'Rye' }), []],
  ['PATCH', () => service.client.patch(`${ITEMS}/put`, { amount_minor: 1 }), ['item_updated budget-items/put']],
  ['an empty PATCH', () => service.client.patch(`${ITEMS}/put`, {}), []],
  ['DELETE', () => service.client.delete(`${ITEMS}/put`), ['item_deleted budget-items/put']],
  [
    'a batch create',
    () =>
      batch(
        'create',
        ['a', 'b'].map((id) => ({ ...item, id })),
      ),
    ['item_created budget-items/a', 'item_created budget-items/b'],
  ],
  [
    'a batch update',
    () =>
      batch('update', [
        { id: 'a', patch: { note: 'x' } },
        { id: 'b', patch: {} },
      ]),
    ['item_updated budget-items/a'],
  ],
  [
    'a batch delete',
    () => batch('delete', [{ id: 'a' }, { id: 'b' }]),
    ['item_deleted budget-items/a', 'item_deleted budget-items/b'],
  ],
  ['POST of a payee', () => service.client.post('/v1/payees?id=eve', { name: 'Eve' }), ['payee_created payees/eve']],
  ['PUT of a payee', () => service.client.put('/v1/payees/mel', { name: 'Mel' }), ['payee_created payees/mel']],
  [
    'a name that nobody has',
    () => service.client.put(`${ITEMS}/named`, { ...item, payee_id: null, payee_name: 'Newcomer' }),
    ['payee_created payees/*', 'item_created budget-items/named'],
  ],
  [
    'a sheet',
    () => send(`${ITEMS}:import`, 'id,item,amount_minor,currency_code,payor_id,payee_id\nrow,x,1,EUR,eve,mel\n'),
    ['item_created budget-items/row'],
  ],
  ['a refused delete', () => service.client.delete('/v1/payees/eve'), []],
  [
    'a merge',
    () => service.client.post('/v1/payees/eve:merge', { into_payee_id: 'home' }),
    ['item_updated budget-items/row'],
  ],
  ['a forced delete', () => service.client.delete('/v1/payees/mel?force=true'), ['item_deleted budget-items/row']],
  [
    'a forced batch delete',
    () => batch('delete', [{ id: 'railway', force: true }], '/v1/payees'),
    ['01', '02', '03'].map((month) => `item_deleted budget-items/ticket-2026-${month}`),
  ],
])('%s tells of what it does', async (_, act, expected) => {
  const told = await service.listen(act)

  expect(told).toEqual(expected.map((each) => expect.stringMatching(`^${each.replace('*', '.+')}$`)))
})

const batch = (verb: string, requests: readonly object[], collection = ITEMS) =>
  service.client.post(`${collection}:batch-${verb}`, { requests })

const send = (path: string, body: string) =>
  fetch(`${service.url}${path}`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body })
