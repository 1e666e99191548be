import { collectBoth, collectErrors, conflict, invalid, invalidFields, toSafeInteger } from '@mainspring/core'
import type { Extra } from '../entities/extra.ts'
import type { Order, OrderedPackage } from '../entities/order.ts'
import type { Pizza } from '../entities/pizza.ts'

/** What somebody wants of one pizza. */
export interface WantedPackage {
  readonly pizza_id: string
  readonly quantity: number
  readonly garnishes: readonly { readonly extra_id: string; readonly quantity: number }[]
}

type WantedGarnish = WantedPackage['garnishes'][number]

/** The part of the menu that an order is about, by id. */
export interface Menu {
  readonly pizzas: ReadonlyMap<string, Pick<Pizza, 'name' | 'price_minor' | 'currency_code' | 'extras' | 'state'>>
  readonly extras: ReadonlyMap<string, Pick<Extra, 'name' | 'price_minor' | 'currency_code'>>
}

/**
 * Prices what is wanted by the menu. Throws for what cannot be had, all of it at once, each naming its place:
 * `reference_not_found`, `pizza_sold_out`, `pizza_retired`, `extra_not_offered`, `other_currency`, `invalid_request` for an
 * extra that is there twice; and `total_too_large`.
 */
export function priceOrder(
  wanted: readonly WantedPackage[],
  menu: Menu,
): Pick<Order, 'packages' | 'total_minor' | 'currency_code'> {
  const known = wanted.find(({ pizza_id }) => menu.pizzas.has(pizza_id))
  const currency_code = (known && menu.pizzas.get(known.pizza_id)?.currency_code) ?? ''
  const packages = collectErrors(
    wanted,
    (each) => pricePackage(each, menu, currency_code),
    (index) => `packages[${index}]`,
  )
  return { packages, total_minor: totalOf(packages), currency_code }
}

function pricePackage(
  { pizza_id, quantity, garnishes }: WantedPackage,
  { pizzas, extras }: Menu,
  currency_code: string,
): OrderedPackage {
  const pizza = pizzas.get(pizza_id)
  if (!pizza) {
    throw invalid('reference_not_found', { field: 'pizza_id', detail: `There is no pizza with the id ${pizza_id}.` })
  }
  const offers = new Map(pizza.extras.map(({ extra_id, free }) => [extra_id, free]))
  const seen = new Set<string>()
  const priceGarnish = ({ extra_id, quantity }: WantedGarnish) => {
    const [extra, free] = [extras.get(extra_id), offers.get(extra_id)]
    if (!extra || free === undefined) {
      throw conflict('extra_not_offered', {
        field: 'extra_id',
        detail: `${pizza.name} is not offered with ${extra_id}.`,
      })
    }
    if (seen.has(extra_id))
      throw invalidFields([{ field: 'extra_id', code: 'duplicate', detail: 'It is there twice.' }])
    seen.add(extra_id)
    if (!free) requireCurrency(extra, 'extra_id', currency_code)
    return { extra_id, name: extra.name, price_minor: free ? 0 : extra.price_minor, quantity }
  }
  const [priced] = collectBoth(
    () => collectErrors(garnishes, priceGarnish, (index) => `garnishes[${index}]`),
    () => {
      requireOnMenu(pizza)
      requireCurrency(pizza, 'pizza_id', currency_code)
    },
  )
  return { pizza_id, name: pizza.name, price_minor: pizza.price_minor, quantity, garnishes: priced }
}

function requireOnMenu({ name, state }: Pick<Pizza, 'name' | 'state'>): void {
  if (state === 'ON_MENU') return
  if (state === 'SOLD_OUT') throw conflict('pizza_sold_out', { field: 'pizza_id', detail: `${name} is sold out.` })
  throw conflict('pizza_retired', { field: 'pizza_id', detail: `${name} is not on the menu any more.` })
}

function requireCurrency(
  { name, currency_code }: Pick<Pizza, 'name' | 'currency_code'>,
  field: string,
  wanted: string,
): void {
  if (currency_code === wanted) return
  throw conflict('other_currency', { field, detail: `${name} is priced in ${currency_code}, the order in ${wanted}.` })
}

/** What packages cost together. Throws `total_too_large` for what a number does not hold exactly. */
export function totalOf(packages: readonly OrderedPackage[]): number {
  const sum = packages
    .flatMap((pizzas) => [pizzas, ...pizzas.garnishes])
    .reduce((sum, { price_minor, quantity }) => sum + BigInt(price_minor) * BigInt(quantity), 0n)
  const total = toSafeInteger(sum)
  if (total !== undefined) return total
  const detail = `They cost ${sum} together, which is more than ${Number.MAX_SAFE_INTEGER}.`
  throw invalid('total_too_large', { field: 'packages', detail })
}
