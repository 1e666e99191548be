import type { Resource, Values } from '../resources/resource.ts'
import type { Ask, Sent, Talk } from './conversations.ts'

/** What only the menu can be asked: lists in rows, and answers that are kept. */
export function menuConversations(): Record<string, Talk> {
  const all = '/v1/pizzas'
  const whole = `${all}?max_page_size=100`
  return {
    'the menu as it was known': async (ask) => {
      const { headers } = await ask(whole)
      await ask(whole, { headers: { 'if-none-match': headers.etag ?? '' } })
      await ask(whole, { headers: { 'if-none-match': '"another"' } })
    },
    'one pizza': (ask) => ask(`${all}/pizza-3`),
    'no pizza': (ask) => ask(`${all}/pizza-x`),
    'pizzas by their price': (ask) => ask(`${all}?${new URLSearchParams({ order_by: '-price_minor,name' })}`),
  }
}

/** What only orders can be told: telephones, addresses, and what is not on the menu. */
export function orderConversations({ body }: Resource): Record<string, Talk> {
  const place =
    (changes: Values): Talk =>
    (ask) =>
      ask('/v1/orders', post({ ...body(3), ...changes }))
  return {
    'what was ordered': async (ask) => {
      const { headers } = await ask('/v1/orders?id=ordered', post(body(5)))
      await ask(headers.location ?? '')
    },
    'one package without anything': place({ packages: [{ pizza_id: 'pizza-1', quantity: 1 }] }),
    'the same pizza twice': place({
      packages: [wanted('pizza-1'), wanted('pizza-1', 'ham'), wanted('pizza-2', 'ham')],
    }),
    'telephones in any spelling': place({ contact_phones: ['+49 (0)30 12 34-56', '030/123456', 'tel:+49-30-654321'] }),
    'a telephone in another country': place({ ...at({ region_code: 'US' }), contact_phones: ['(213) 373-4253'] }),
    'no telephone': place({ contact_phones: [] }),
    'what is no telephone': place({ contact_phones: ['030 123456', 'call me'] }),
    'an address with a floor': place(at({ apt: '3rd floor' })),
    'an address with an empty floor': place(at({ apt: '' })),
    'an address without a city': place(at({ city: undefined })),
    'an address in no country': place(at({ region_code: 'XX' })),
    'an address with more': place(at({ planet: 'Earth' })),
    'a short name': place({ name: 'Ada' }),
    'nothing ordered': place({ packages: [] }),
    'a pizza whom nobody knows': place({ packages: [wanted('pizza-1'), wanted('pizza-x')] }),
    'a pizza whose id is none': place({ packages: [wanted('NO')] }),
    'no pizza at all': place({ packages: [{ pizza_id: 'pizza-1', quantity: 0 }] }),
    'an extra whom nobody knows': place({ packages: [wanted('pizza-1'), wanted('pizza-2', 'caviar')] }),
    'an extra without its number': place({
      packages: [wanted('pizza-1', 'ham'), { ...wanted('pizza-2'), garnishes: [{ extra_id: 'ham' }] }],
    }),
    'an extra there twice': place({ packages: [wanted('pizza-1'), wanted('pizza-2', 'ham', 'onion', 'ham')] }),
    'several pizzas whom nobody knows': place({ packages: [wanted('pizza-x'), wanted('pizza-1'), wanted('pizza-y')] }),
    'a telephone and a pizza that are none': place({ contact_phones: ['none'], packages: [wanted('pizza-x')] }),
    'a telephone that is none and an extra that is not offered': place({
      contact_phones: ['none'],
      packages: [wanted('pizza-1', 'caviar')],
    }),
    'what costs more than a number holds': place({ packages: [{ ...wanted('pizza-1', 'ham'), quantity: 2 ** 50 }] }),
    'what costs as much as a number holds': place({
      packages: [{ ...wanted('pizza-0'), quantity: Math.floor(Number.MAX_SAFE_INTEGER / 1_000) }],
    }),
    'a key whose pizza nobody knows': async (ask: Ask) => {
      const headers = { 'idempotency-key': 'unknown' }
      await ask('/v1/orders', { ...post({ ...body(1), packages: [wanted('pizza-x')] }), headers })
      await ask('/v1/orders', { ...post(body(1)), headers })
      await ask('/v1/orders', { ...post(body(1)), headers })
    },
  }
}

const post = (body: object): Sent => ({ method: 'POST', body })

const wanted = (pizza_id: string, ...extras: readonly string[]) => ({
  pizza_id,
  quantity: 2,
  garnishes: extras.map((extra_id) => ({ extra_id, quantity: 3 })),
})

const at = (changes: Values) => ({
  delivery_address: { street: 'Lindenstraße', house_number: '12', city: 'Berlin', region_code: 'DE', ...changes },
})
