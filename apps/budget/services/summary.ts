import {
  array,
  conflict,
  currency,
  date,
  integer,
  invalidFields,
  type ObjectOf,
  object,
  oneOf,
  text,
  toSafeInteger,
  type Value,
} from '@mainspring/core'
import { type Reader, type Reads, type Selects, sql } from '@mainspring/data'
import type { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'

/** What is summed up, and how. */
export const summaryQuery = {
  group_by: oneOf(['month', 'category', 'payee'], { description: 'What each group has in common.' }),
  from_date: date({ optional: true, description: 'The first day.' }),
  to_date: date({ optional: true, description: 'The last day.' }),
  currency_code: currency({ optional: true, description: 'Needed where items are in several currencies.' }),
}

const sums = {
  items: integer({ min: 0, example: 4, description: 'How many.' }),
  inflow_minor: integer({ min: 0, example: 285_000 }),
  outflow_minor: integer({ min: 0, example: 104_980 }),
  net_minor: integer({ example: 180_020, description: 'Inflow less outflow.' }),
}

/** Sums by group, in the currency's minor unit. */
export const summary = object({
  group_by: oneOf(['month', 'category', 'payee']),
  currency_code: currency({ optional: true, example: 'EUR', description: 'null when there is nothing to sum up.' }),
  groups: array(
    object({
      key: text({
        optional: true,
        example: '2026-11',
        description: 'The month (2026-11), the category (null for items without one) or the id of the payee.',
      }),
      name: text({ optional: true, description: 'Of the payee.' }),
      ...sums,
      balance_minor: integer({
        optional: true,
        example: 180_020,
        description: 'By month: the net of this group and all before it in this answer.',
      }),
    }),
    { description: 'Months in order of time, others in order of their key, null first.' },
  ),
  total: object(sums),
})

/** Nobody reads more groups; each has a sum of what came in and one of what went out. */
const MOST_ROWS = 20_000

type Question = ObjectOf<typeof summaryQuery>
type Summary = Value<typeof summary>
type Group = Summary['groups'][number]

interface Tables {
  readonly budget_items: Pick<BudgetItem, 'amount_minor' | 'currency_code' | 'flow' | 'transaction_date'> & {
    readonly [column in Column]: string | null
  }
}
type Column = (typeof COLUMNS)[keyof typeof COLUMNS]
const COLUMNS = { month: 'month', category: 'category', payee: 'payee_id' } as const

/** One currency, group and direction, as the database sums it up. */
interface Sum {
  readonly currency_code: string
  readonly key: string | null
  readonly flow: 'INFLOW' | 'OUTFLOW'
  readonly items: number | string
  readonly high: string
  readonly low: string
}

/** Sums up in the database. Refuses with `mixed_currencies`, `sum_too_large` or `too_many_groups` rather than guess, round or cut off. */
export async function summarize({ db }: Pick<Reads, 'db'>, question: Question): Promise<Summary> {
  refuseInvertedRange(question)
  const sums = await sumUp(db, question)
  const currencies = [...new Set(sums.map(({ currency_code }) => currency_code))].sort()
  if (currencies.length > 1) {
    const detail = `There are items in ${currencies.join(', ')}: choose one by currency_code.`
    throw conflict('mixed_currencies', { field: 'currency_code', detail, currency_codes: currencies })
  }
  const byKey = Map.groupBy(sums, ({ key }) => key)
  const keys = [...byKey.keys()].sort(byCodePoint)
  const names = question.group_by === 'payee' ? await namesOf(db, keys) : new Map<string | null, string>()
  let balance = 0n
  const groups = keys.map((key): Group => {
    const group = add(byKey.get(key) ?? [])
    balance += group.inflow - group.outflow
    return {
      key,
      name: names.get(key) ?? null,
      ...inMinorUnits(group),
      balance_minor: question.group_by === 'month' ? exact(balance) : null,
    }
  })
  const currency_code = currencies[0] ?? question.currency_code
  return { group_by: question.group_by, currency_code, groups, total: inMinorUnits(add(sums)) }
}

function refuseInvertedRange({ from_date, to_date }: Question): void {
  if (from_date === null || to_date === null || from_date <= to_date) return
  throw invalidFields([{ field: 'to_date', code: 'minimum', detail: 'Must not be before from_date.' }])
}

/** In two halves, because a sum of many large amounts is beyond the integers of SQLite and of JavaScript. */
async function sumUp(db: Reader, { group_by, from_date, to_date, currency_code }: Question): Promise<readonly Sum[]> {
  const column = COLUMNS[group_by]
  const exactly = sql.raw(db.engine === 'mysql' ? 'char' : 'text')
  const sums = await db.query((query: Selects<Tables>) => {
    let rows = query
      .selectFrom('budget_items')
      .select(['currency_code', `${column} as key`, 'flow', sql<number>`count(*)`.as('items')])
      .select(sql<string>`cast(sum(amount_minor >> ${sql.lit(HALF)}) as ${exactly})`.as('high'))
      .select(sql<string>`cast(sum(amount_minor & ${sql.lit(2 ** HALF - 1)}) as ${exactly})`.as('low'))
      .groupBy(['currency_code', column, 'flow'])
      .limit(MOST_ROWS + 1)
    if (from_date !== null) rows = rows.where('transaction_date', '>=', from_date)
    if (to_date !== null) rows = rows.where('transaction_date', '<=', to_date)
    return currency_code === null ? rows : rows.where('currency_code', '=', currency_code)
  })
  if (sums.length > MOST_ROWS) {
    const detail = `There are more than ${MOST_ROWS} sums: ask for fewer days, or for one currency.`
    throw conflict('too_many_groups', { field: 'group_by', detail, most: MOST_ROWS })
  }
  return sums
}

const HALF = 26

interface Totals {
  readonly items: number
  readonly inflow: bigint
  readonly outflow: bigint
}

function add(sums: readonly Sum[]): Totals {
  const of = (flow: Sum['flow']) =>
    sums
      .filter((sum) => sum.flow === flow)
      .reduce((total, { high, low }) => total + (BigInt(high) << BigInt(HALF)) + BigInt(low), 0n)
  return {
    items: sums.reduce((total, { items }) => total + Number(items), 0),
    inflow: of('INFLOW'),
    outflow: of('OUTFLOW'),
  }
}

const inMinorUnits = ({ items, inflow, outflow }: Totals) => ({
  items,
  inflow_minor: exact(inflow),
  outflow_minor: exact(outflow),
  net_minor: exact(inflow - outflow),
})

/** JSON's integers end where a double is no longer exact. */
function exact(sum: bigint): number {
  const number = toSafeInteger(sum)
  if (number !== undefined) return number
  throw conflict('sum_too_large', {
    detail: `A sum is ${sum}, and an answer can only carry ±9007199254740991 exactly.`,
  })
}

async function namesOf(db: Reader, ids: readonly (string | null)[]): Promise<ReadonlyMap<string | null, string>> {
  const payees = await db.findMany(
    Payee,
    ids.filter((id) => id !== null),
  )
  return new Map(payees.flatMap((payee) => (payee ? [[payee.id, payee.name]] : [])))
}

/** Null first, like everywhere. UTF-8 has the order of code points, which UTF-16 has not. */
function byCodePoint(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === null ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
