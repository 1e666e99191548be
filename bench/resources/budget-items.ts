import { foldText } from '@mainspring/core'
import { standardOperations } from '../operations.ts'
import type { FieldError } from '../twin/problem.ts'
import { id, type Resource, type Values } from './resource.ts'

const DAYS = 365
const PARTIES = 50
const FIRST_DAY = Date.UTC(2026, 0, 1)
const DAY = 86_400_000

const note = (most: number) => ({ type: ['string', 'null'], minLength: 1, maxLength: most, default: null })
const noted = { category: note(100), note: note(2_000) }
const day = { type: 'string', format: 'date' }
const fields = {
  item: { type: 'string', minLength: 1, maxLength: 200 },
  amount_minor: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  currency_code: { type: 'string', format: 'currency_code' },
  flow: { type: 'string', enum: ['INFLOW', 'OUTFLOW'], default: 'OUTFLOW' },
  payor_id: id,
  payee_id: id,
  transaction_date: day,
  ...noted,
}
const orNull = (schema: object) => ({ ...schema, type: ['string', 'null'], default: null })

export const budgetItems: Resource = {
  service: 'budget',
  collection: 'budget-items',
  singular: 'budget-item',
  table: 'budget_items',
  operations: standardOperations,
  columns: {
    id: 'text',
    item: 'text',
    amount_minor: 'integer',
    currency_code: 'text',
    flow: 'text',
    payor_id: 'text',
    payee_id: 'text',
    transaction_date: 'date',
    category: 'text',
    note: 'text',
    create_time: 'timestamp',
    update_time: 'timestamp',
  },
  filters: [
    ...['id', 'item', 'amount_minor', 'currency_code', 'flow', 'payor_id', 'payee_id', 'transaction_date', 'category'],
    ...['create_time', 'update_time'],
  ],
  orders: ['id', 'item', 'amount_minor', 'transaction_date', 'category', 'create_time', 'update_time'],
  nullable: Object.keys(noted),
  fields,
  required: ['item', 'amount_minor', 'currency_code', 'payor_id', 'payee_id', 'transaction_date'],
  creation: {
    fields: {
      ...fields,
      payor_id: orNull(id),
      payor_name: note(200),
      payee_id: orNull(id),
      payee_name: note(200),
      transaction_date: orNull(day),
    },
    required: ['item', 'amount_minor', 'currency_code'],
  },
  stored: {
    item: 'text',
    amount_minor: 'integer',
    currency_code: 'text',
    flow: 'text',
    payor_id: 'text',
    payee_id: 'text',
    transaction_date: 'date',
    category: 'text',
    note: 'text',
    month: 'text',
  },
  references: {
    payor_id: { table: 'payees', singular: 'payee' },
    payee_id: { table: 'payees', singular: 'payee' },
  },
  findMistakes(values) {
    const mistakes = [...findMistake(values, 'payor'), ...findMistake(values, 'payee')]
    if (mistakes.length > 0 || values.payor_id !== values.payee_id) return mistakes
    return [{ field: 'payee_id', code: 'same_party', detail: 'Must be somebody else than the payor.' }]
  },
  complete: (values) =>
    values.transaction_date === null ? { ...values, transaction_date: new Date().toISOString().slice(0, 10) } : values,
  present: (row) => ({
    id: row.id,
    path: `budget-items/${row.id}`,
    item: row.item,
    amount_minor: row.amount_minor,
    currency_code: row.currency_code,
    flow: row.flow,
    payor_id: row.payor_id,
    payee_id: row.payee_id,
    transaction_date: row.transaction_date,
    category: row.category,
    note: row.note,
    create_time: row.create_time,
    update_time: row.update_time,
  }),
  bind: (values) => [
    String(values.item),
    Number(values.amount_minor),
    String(values.currency_code),
    String(values.flow),
    String(values.payor_id),
    String(values.payee_id),
    String(values.transaction_date),
    textOrNull(values.category),
    textOrNull(values.note),
    String(values.transaction_date).slice(0, 7),
  ],
  tell: {
    created: 'item_created',
    updated: 'item_updated',
    say: (row) => ({
      item_id: row.id,
      item: row.item,
      amount_minor: row.amount_minor,
      currency_code: row.currency_code,
      flow: row.flow,
      payor_id: row.payor_id,
      payee_id: row.payee_id,
      transaction_date: row.transaction_date,
      category: row.category ?? null,
      note: row.note ?? null,
    }),
  },
  foundation: [
    {
      collection: 'payees',
      rows: Array.from({ length: PARTIES }, (_, index) => ({ id: `party-${index}`, name: `Party ${index}` })),
    },
  ],
  body(index) {
    const [home, other] = ['party-0', `party-${1 + (index % (PARTIES - 1))}`]
    const isInflow = index % 4 === 0
    return {
      item: `Item ${index % 1000}`,
      amount_minor: 100 + ((index * 7919) % 20_000),
      currency_code: 'EUR',
      flow: isInflow ? 'INFLOW' : 'OUTFLOW',
      payor_id: isInflow ? other : home,
      payee_id: isInflow ? home : other,
      transaction_date: new Date(FIRST_DAY + (index % DAYS) * DAY).toISOString().slice(0, 10),
      ...(index % 3 === 0 ? {} : { category: `Category ${index % 12}` }),
      ...(index % 5 === 0 ? { note: 'As agreed; the receipt is in the second drawer.' } : {}),
    }
  },
  patch: (index) => ({ amount_minor: 100 + (index % 20_000), category: `Category ${index % 12}` }),
  query: (index) => ({
    filter: `amount_minor >= ${8_000 + (index % 40) * 100} && flow == "OUTFLOW"`,
    order_by: '-transaction_date',
  }),
  plainQuery: { where: "amount_minor >= 10000 and flow = 'OUTFLOW'", order: 'transaction_date desc, id desc' },
}

/** Either party is given by its id, or by a name that somebody has; what looks names up is left out. */
function findMistake(values: Values, side: 'payor' | 'payee'): readonly FieldError[] {
  const given = values[`${side}_id`] ?? null
  const name = values[`${side}_name`] ?? null
  const field = `${side}_name`
  if (name === null) {
    return given === null ? [{ field: `${side}_id`, code: 'required', detail: `Must be given, or ${field}.` }] : NONE
  }
  if (given !== null) return [{ field, code: 'mismatch', detail: `Must not be given with ${side}_id.` }]
  if (foldText(String(name)) === '') return [{ field, code: 'too_short', detail: 'Must not be blank.' }]
  return [{ field, code: 'unsupported', detail: `Nobody looks up names here: give ${side}_id.` }]
}

const NONE: readonly FieldError[] = []

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
