import { normalizePhone } from '@mainspring/core'
import type { Found, StoredRow, Values } from '../resources/resource.ts'
import { type Mistake, severalMistakes } from './problem.ts'

/** A body whose schema holds, and its telephone numbers as read. */
interface Order {
  readonly contact_phones: readonly string[]
  readonly read: readonly (string | undefined)[]
  readonly delivery_address: { readonly region_code: string }
  readonly packages: readonly {
    readonly pizza_id: string
    readonly quantity: number
    readonly garnishes: readonly { readonly extra_id: string; readonly quantity: number }[]
  }[]
}

interface Offer {
  readonly extra_id: string
  readonly free: boolean
}
interface Priced {
  readonly name: string
  readonly price_minor: number
  readonly quantity: number
}
interface OrderedPackage extends Priced {
  readonly pizza_id: string
  readonly garnishes: readonly (Priced & { readonly extra_id: string })[]
}

const orderOf = (values: Values): Order => values as unknown as Order

export const idsOfPizzas = (values: Values): readonly string[] => [
  ...new Set(orderOf(values).packages.map(({ pizza_id }) => pizza_id)),
]
export const idsOfExtras = (values: Values): readonly string[] => [
  ...new Set(orderOf(values).packages.flatMap(({ garnishes }) => garnishes.map(({ extra_id }) => extra_id))),
]

/** Reads the telephone numbers. */
export async function prepareOrder(values: Values): Promise<Values> {
  const { contact_phones, delivery_address } = orderOf(values)
  return {
    ...values,
    read: await Promise.all(contact_phones.map((phone) => normalizePhone(phone, delivery_address.region_code))),
  }
}

/** Checks an order against the menu, and says what it costs. */
export function reckonOrder(values: Values, { pizzas, extras }: Found): Values {
  const { read, delivery_address, packages: wanted } = orderOf(values)
  const mistakes: Mistake[] = []
  const refuse = (problem: Mistake['problem'], field: string, detail: string, code: string = problem) =>
    void mistakes.push({ problem, field, code, detail })
  const contact_phones = new Set<string>()
  for (const [index, phone] of read.entries()) {
    if (phone !== undefined) contact_phones.add(phone)
    else {
      const detail = `It is no telephone number: begin with + and the country, unless it is in ${delivery_address.region_code}.`
      refuse('invalid_request', `contact_phones[${index}]`, detail, 'format')
    }
  }
  const first = wanted.find(({ pizza_id }) => pizzas?.has(pizza_id))
  const currency_code = String((first && pizzas?.get(first.pizza_id)?.currency_code) ?? '')
  let total_minor = 0
  const packages: OrderedPackage[] = []
  for (const [index, { pizza_id, quantity, garnishes }] of wanted.entries()) {
    const place = `packages[${index}]`
    const pizza = pizzas?.get(pizza_id)
    if (!pizza) {
      refuse('reference_not_found', `${place}.pizza_id`, `There is no pizza with the id ${pizza_id}.`)
      continue
    }
    const offered = new Map((pizza.extras as readonly Offer[]).map(({ extra_id, free }) => [extra_id, free]))
    const added = new Map<string, OrderedPackage['garnishes'][number]>()
    for (const [number, { extra_id, quantity }] of garnishes.entries()) {
      const field = `${place}.garnishes[${number}].extra_id`
      const [extra, free] = [extras?.get(extra_id), offered.get(extra_id)]
      if (!extra || free === undefined) {
        refuse('extra_not_offered', field, `${pizza.name} is not offered with ${extra_id}.`)
        continue
      }
      if (added.has(extra_id)) refuse('invalid_request', field, 'It is there twice.', 'duplicate')
      else if (!free) requireCurrency(extra, field)
      const price_minor = free ? 0 : Number(extra.price_minor)
      total_minor += price_minor * quantity
      added.set(extra_id, { extra_id, name: String(extra.name), price_minor, quantity })
    }
    requireOnMenu(pizza, `${place}.pizza_id`)
    const price_minor = Number(pizza.price_minor)
    total_minor += price_minor * quantity
    packages.push({ pizza_id, name: String(pizza.name), price_minor, quantity, garnishes: [...added.values()] })
  }
  // Where one term is not exact the sum is not either, for none is negative.
  if (mistakes.length === 0 && !Number.isSafeInteger(total_minor))
    refuse('total_too_large', 'packages', tooMuch(packages))
  if (mistakes.length > 0) throw severalMistakes(mistakes)
  const state_changes = [{ state: 'PLACED', change_time: new Date().toISOString(), by: null }]
  return {
    ...values,
    contact_phones: [...contact_phones],
    packages,
    total_minor,
    currency_code,
    state: 'PLACED',
    state_changes,
  }

  function requireOnMenu(pizza: StoredRow, field: string): void {
    if (pizza.state === 'ON_MENU') requireCurrency(pizza, field)
    else if (pizza.state === 'SOLD_OUT') refuse('pizza_sold_out', field, `${pizza.name} is sold out.`)
    else refuse('pizza_retired', field, `${pizza.name} is not on the menu any more.`)
  }

  function requireCurrency({ name, currency_code: other }: StoredRow, field: string): void {
    if (other === currency_code) return
    refuse('other_currency', field, `${name} is priced in ${other}, the order in ${currency_code}.`)
  }
}

/** The sum to the last cent. */
function tooMuch(packages: readonly OrderedPackage[]): string {
  const sum = packages
    .flatMap((each) => [each, ...each.garnishes])
    .reduce((sum, { price_minor, quantity }) => sum + BigInt(price_minor) * BigInt(quantity), 0n)
  return `They cost ${sum} together, which is more than ${Number.MAX_SAFE_INTEGER}.`
}
