import type { Resource, Values } from '../resources/resource.ts'
import type { Ask, Sent, Talk } from './conversations.ts'

/** What only budget items can be asked: references, parties, days, currencies, and orders in which there are nulls. */
export function budgetConversations({ body }: Resource): Record<string, Talk> {
  const all = '/v1/budget-items'
  const post = (sent: object): Sent => ({ method: 'POST', body: sent })
  const create =
    (changes: Values): Talk =>
    (ask) =>
      ask(all, post({ ...body(3), ...changes }))
  const batch =
    (...changes: readonly Values[]): Talk =>
    (ask) =>
      ask(`${all}:batch-create`, post({ requests: changes.map((change, index) => ({ ...body(index), ...change })) }))
  const patch =
    (id: string, ...changes: readonly Values[]): Talk =>
    async (ask) => {
      await ask(`${all}?id=${id}`, post(body(3)))
      const headers = { 'content-type': 'application/merge-patch+json' }
      for (const change of changes) await ask(`${all}/${id}`, { method: 'PATCH', headers, body: change })
      await ask(`${all}/${id}`)
    }
  const pages = async (ask: Ask, parameters: Record<string, string>) => {
    for (let token = ''; ; ) {
      const query = new URLSearchParams({ ...parameters, ...(token ? { page_token: token } : {}) })
      const answer = await ask(`${all}?${query}`)
      token = JSON.parse(answer.body).next_page_token ?? ''
      if (token === '') return
    }
  }
  const ordered =
    (order_by: string): Talk =>
    (ask) =>
      pages(ask, { order_by, max_page_size: '7' })
  const filtered =
    (filter: string): Talk =>
    (ask) =>
      pages(ask, { filter, max_page_size: '20' })
  return {
    'a payor whom nobody knows': create({ payor_id: 'nobody' }),
    'a payee whom nobody knows': create({ payee_id: 'nobody' }),
    'two parties whom nobody knows': create({ payor_id: 'nobody', payee_id: 'nobody-else' }),
    'one party on both sides': create({ payor_id: 'party-1', payee_id: 'party-1' }),
    'no party at all': create({ payor_id: null, payee_id: undefined }),
    'one party missing': create({ payee_id: undefined }),
    'a party by id and by name': create({ payor_name: 'Party 1' }),
    'a party with a blank name': create({ payee_id: null, payee_name: ' \t' }),
    'a party with an empty name': create({ payee_id: null, payee_name: '' }),
    'a party whose id is none': create({ payor_id: 'NO' }),
    'no day': create({ transaction_date: undefined }),
    'a day that is null': create({ transaction_date: null }),
    'a day that is none': create({ transaction_date: '2026-02-30' }),
    'a leap day': create({ transaction_date: '2028-02-29' }),
    'a leap day of a common year': create({ transaction_date: '2100-02-29' }),
    'a day before all days': create({ transaction_date: '0000-01-01' }),
    'a day with a time': create({ transaction_date: '2026-02-03T00:00:00Z' }),
    'a currency that is none': create({ currency_code: 'EURO' }),
    'a currency in small letters': create({ currency_code: 'eur' }),
    'the default flow': create({ flow: undefined }),
    'a flow that is none': create({ flow: 'SIDEWAYS' }),
    'a flow that is a number': create({ flow: 1 }),
    'no category and no note': create({ category: null, note: undefined }),
    'a category that is empty': create({ category: '' }),
    'letters beyond the basic plane': create({ item: '😀'.repeat(200) }),
    'one letter too many': create({ item: '😀'.repeat(201) }),
    'an amount below nothing': create({ amount_minor: -1 }),
    'an amount that is no whole number': create({ amount_minor: 0.5 }),
    'many mistakes': create({ item: '', amount_minor: -1, currency_code: 1, flow: 'x', payor_id: 2, payee_id: 3 }),
    'a batch with a payee whom nobody knows': batch({}, { payee_id: 'nobody' }, {}),
    'a batch with one party on both sides': batch({ payor_id: 'party-1', payee_id: 'party-1' }, {}, { payor_id: null }),
    'a batch with a keyed payee whom nobody knows': async (ask) => {
      const sent = { ...post({ requests: [body(1), { ...body(2), payor_id: 'nobody' }] }) }
      await ask(`${all}:batch-create`, { ...sent, headers: { 'idempotency-key': 'dangling' } })
      await ask(`${all}?show_total_size=true&max_page_size=1`)
    },
    'a key whose payee nobody knows': async (ask) => {
      const headers = { 'idempotency-key': 'nobody' }
      await ask(all, { ...post({ ...body(1), payee_id: 'nobody' }), headers })
      await ask(all, { ...post(body(1)), headers })
    },
    'a patch to a payee whom nobody knows': patch('patch-nobody', { payee_id: 'nobody' }),
    'a patch to one party on both sides': patch('patch-same', { payor_id: 'party-9', payee_id: 'party-9' }),
    'a patch of the day': patch('patch-day', { transaction_date: '2026-12-31' }),
    'a patch of a day away': patch('patch-no-day', { transaction_date: null }),
    'a patch to a day that is none': patch('patch-bad-day', { transaction_date: '2026-13-01' }),
    'a patch back to the default': patch('patch-flow', { flow: 'INFLOW' }, { flow: null }),
    'a patch to a flow that is none': patch('patch-bad-flow', { flow: 'SIDEWAYS' }),
    'a patch of what is optional': patch('patch-category', { category: null, note: 'x' }, { note: null }, { note: '' }),
    'a patch of parties by name': patch('patch-name', { payee_name: 'Party 1' }),
    'an order with nulls': ordered('category'),
    'an order with nulls, descending': ordered('-category'),
    'an order with nulls inside': ordered('-transaction_date,category,amount_minor'),
    'an order by the note': ordered('note'),
    'a filter by another than a category': filtered("category != 'Category 1'"),
    'a filter by a day': filtered("transaction_date < '2026-02-01' && category == 'Category 2'"),
    'a filter by a payee': filtered("payee_id == 'party-4'"),
  }
}
