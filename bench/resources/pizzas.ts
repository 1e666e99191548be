import type { Resource, Values } from './resource.ts'

/** How many pizzas a menu has. */
export const PIZZAS = 20

const INGREDIENTS = [
  'tomatoes',
  'mozzarella',
  'basil',
  'garlic',
  'oregano',
  'salami',
  'tuna',
  'olives',
  'capers',
  'egg',
]
const EXTRAS = ['ham', 'onion', 'bacon', 'cheese', 'green-peppers', 'mushrooms']

const named = (id: string) => ({ id, name: id.replace(/^./, (letter) => letter.toUpperCase()) })
const inEuros = { currency_code: 'EUR' }

/** What pizzas are made of, and what may be added to each. */
export const larder: Resource['foundation'] = [
  { collection: 'ingredients', rows: INGREDIENTS.map(named) },
  {
    collection: 'extras',
    rows: EXTRAS.map((id, index) => ({ ...named(id), price_minor: 100 + index * 25, ...inEuros })),
  },
]

/** The nth pizza of the menu. */
export const pizza = (index: number): Values => ({
  id: `pizza-${index}`,
  name: `Pizza ${index}`,
  price_minor: 1_000 + index * 15,
  ...inEuros,
  ingredients: Array.from({ length: 3 + (index % 4) }, (_, place) => INGREDIENTS[(index + place) % INGREDIENTS.length]),
  images: [`/media/00/${String(index).padStart(62, '0')}.webp`],
  extras: EXTRAS.map((extra_id, place) => ({ extra_id, free: (index + place) % 6 === 0 })),
})

const stored = {
  name: 'text',
  price_minor: 'integer',
  currency_code: 'text',
  ingredients: 'json',
  images: 'json',
  extras: 'json',
  state: 'text',
} as const

/** Only its reads are written by hand. */
export const pizzas: Resource = {
  service: 'snacks',
  collection: 'pizzas',
  singular: 'pizza',
  table: 'pizzas',
  operations: ['list', 'list-uncached'],
  rows: PIZZAS,
  is_cached: true,
  columns: { id: 'text', ...stored, create_time: 'timestamp', update_time: 'timestamp' },
  filters: ['id', 'name', 'price_minor', 'currency_code', 'ingredients', 'state', 'create_time', 'update_time'],
  orders: ['id', 'name', 'price_minor', 'create_time', 'update_time'],
  nullable: [],
  fields: {},
  required: [],
  stored,
  references: {},
  findMistakes: () => [],
  complete: (values) => values,
  present: (row) => ({
    id: row.id,
    path: `pizzas/${row.id}`,
    name: row.name,
    price_minor: row.price_minor,
    currency_code: row.currency_code,
    ingredients: row.ingredients,
    images: row.images,
    extras: row.extras,
    state: row.state,
    create_time: row.create_time,
    update_time: row.update_time,
  }),
  bind: () => [],
  foundation: larder,
  body: pizza,
  patch: () => ({}),
  query: (index) => ({ filter: `price_minor >= ${1_000 + (index % 10) * 15}`, order_by: '-price_minor' }),
  plainQuery: { where: 'price_minor >= 1100', order: 'price_minor desc, id desc' },
}
