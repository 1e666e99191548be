import { idsOfExtras, idsOfPizzas, prepareOrder, reckonOrder } from '../twin/order-prices.ts'
import { larder, PIZZAS, pizza } from './pizzas.ts'
import { id, type Resource, type StoredRow } from './resource.ts'

const text = (minLength: number, maxLength: number) => ({ type: 'string', minLength, maxLength })
const quantity = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const objectOf = (properties: Readonly<Record<string, object>>, ...optional: readonly string[]) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
})

const fields = {
  name: text(5, 200),
  contact_phones: { type: 'array', items: text(1, 40), minItems: 1, maxItems: 10 },
  delivery_address: objectOf(
    {
      street: text(5, 200),
      house_number: text(1, 20),
      apt: { ...text(1, 50), type: ['string', 'null'], default: null },
      city: text(1, 100),
      region_code: { type: 'string', format: 'region_code', pattern: '^[A-Z]{2}$', maxLength: 2 },
    },
    'apt',
  ),
  packages: {
    type: 'array',
    items: objectOf(
      {
        pizza_id: id,
        quantity,
        garnishes: { type: 'array', items: objectOf({ extra_id: id, quantity }), maxItems: 50, default: [] },
      },
      'garnishes',
    ),
    minItems: 1,
    maxItems: 100,
  },
}

const priced = { name: 'text', price_minor: 'integer', currency_code: 'text' } as const
const stored = {
  name: 'text',
  contact_phones: 'json',
  delivery_address: 'json',
  packages: 'json',
  total_minor: 'integer',
  currency_code: 'text',
  state: 'text',
  state_changes: 'json',
} as const

/** Orders of three packages with garnishes, by people with two telephones. */
export const orders: Resource = {
  service: 'snacks',
  collection: 'orders',
  singular: 'order',
  table: 'orders',
  operations: ['create', 'create-keyed'],
  rows: 0,
  columns: { id: 'text', ...stored, create_time: 'timestamp', update_time: 'timestamp' },
  filters: ['id', 'name', 'total_minor', 'currency_code', 'state', 'create_time', 'update_time'],
  orders: ['id', 'create_time', 'update_time'],
  nullable: [],
  fields,
  required: Object.keys(fields),
  stored,
  references: {},
  findMistakes: () => [],
  complete: (values) => values,
  present: (row) => ({
    id: row.id,
    path: `orders/${row.id}`,
    name: row.name,
    contact_phones: row.contact_phones,
    delivery_address: row.delivery_address,
    packages: row.packages,
    total_minor: row.total_minor,
    currency_code: row.currency_code,
    state: row.state,
    state_changes: row.state_changes,
    create_time: row.create_time,
    update_time: row.update_time,
  }),
  bind: (row) => [
    String(row.name),
    JSON.stringify(row.contact_phones),
    JSON.stringify(row.delivery_address),
    JSON.stringify(row.packages),
    Number(row.total_minor),
    String(row.currency_code),
    String(row.state),
    JSON.stringify(row.state_changes),
  ],
  basis: {
    tables: {
      pizzas: { columns: { ...priced, extras: 'json', state: 'text' }, idsOf: idsOfPizzas },
      extras: { columns: priced, idsOf: idsOfExtras },
    },
    prepare: prepareOrder,
    reckon: reckonOrder,
  },
  tell: { created: 'order_placed', say: tellPlaced },
  foundation: [...larder, { collection: 'pizzas', rows: Array.from({ length: PIZZAS }, (_, index) => pizza(index)) }],
  body: (index) => ({
    name: `Customer ${index}`,
    contact_phones: ['030 123456', `+49 170 ${1_234_500 + (index % 100)}`],
    delivery_address: {
      street: 'Lindenstraße',
      house_number: `${1 + (index % 90)}`,
      city: 'Berlin',
      region_code: 'DE',
    },
    packages: [
      { ...wanted(index), garnishes: [garnish('mushrooms', 2), garnish('cheese', 1)] },
      { ...wanted(index + 7), garnishes: [garnish('onion', 1)] },
      { ...wanted(index + 13), garnishes: [garnish('ham', 1), garnish('bacon', 1), garnish('green-peppers', 3)] },
    ],
  }),
  patch: () => ({}),
  query: () => ({ filter: 'total_minor >= 5000', order_by: '-create_time' }),
  plainQuery: { where: 'total_minor >= 5000', order: 'create_time desc, id desc' },
}

const wanted = (index: number) => ({ pizza_id: `pizza-${index % PIZZAS}`, quantity: 1 + (index % 3) })
const garnish = (extra_id: string, quantity: number) => ({ extra_id, quantity })

function tellPlaced({ id: order_id, contact_phones, total_minor, currency_code }: StoredRow): object {
  return { order_id, contact_phones, total_minor, currency_code }
}
