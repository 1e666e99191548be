import { type Fields, factsOf, invalid, type Schema } from '@mainspring/core'
import {
  type Boundary,
  boundaryOf,
  createGate,
  type Entity,
  type PageRequest,
  type Reader,
  type RowOf,
  type VerbatimPage,
} from '@mainspring/data'

/** How much of large rows one answer holds, in characters of JSON, roughly bytes. */
export const LIMITS = { page: 8 * 2 ** 20, batch: 64 * 2 ** 20 }

/**
 * Runs work on so many rows. What has many is done two at a time, of reads and of writes: with all at once a small process would
 * need several times the memory, and keep it; and as one thread does the most of it, nobody is served later. Throws
 * `database_busy` to who has waited too long.
 */
export const inTurn = <T>(kind: keyof typeof turns, rows: number, work: () => Promise<T>): Promise<T> =>
  rows < MANY_ROWS ? work() : turns[kind].pass(work)

const turns = { read: createGate(2), write: createGate(2) }
const MANY_ROWS = 200

/** Rows of an entity with JSON columns may each be hundreds of kilobytes, unless their lists and texts are bounded. */
function isBulky(entity: Entity): boolean {
  const known = bulky.get(entity)
  if (known !== undefined) return known
  const columns = Object.values(entity.fields).filter((field) => factsOf(field).kind === 'json')
  const characters = columns.reduce((sum, field) => sum + mostCharacters(factsOf(field).schema), 0)
  const answer = characters > LIMITS.page / MOST_ROWS
  bulky.set(entity, answer)
  return answer
}

const bulky = new WeakMap<Entity, boolean>()

/** Rows of one page. */
const MOST_ROWS = 1_000

/** The JSON of a number, a word or a date, and what is around a value. */
const PLAIN = 24
const AROUND = 4

/** The longest JSON of a value, roughly. */
function mostCharacters(schema: Schema): number {
  const { type, maxLength, maxItems, items = {}, properties = {}, enum: values }: Bounds = schema
  const kind = [type].flat().find((each) => each !== 'null')
  if (kind === 'array') return maxItems === undefined ? Infinity : maxItems * (mostCharacters(items) + AROUND)
  if (kind === 'object') {
    const parts = Object.entries(properties)
    return parts.reduce((sum, [name, part]) => sum + name.length + mostCharacters(part) + AROUND, 0)
  }
  return kind === 'string' && values === undefined ? (maxLength ?? Infinity) : PLAIN
}

interface Bounds {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly maxLength?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

/** How many bulky rows are read at once at first, until their size is known, and at most. */
const FIRST_SLICE = 10
const LARGEST_SLICE = 50

/**
 * One page of a list, which ends early when its rows are large: the next one goes on there. Large rows are read in slices,
 * so that a thousand of them neither fill the memory nor hold up everybody else.
 */
export async function boundedPage(
  db: Reader,
  entity: Entity,
  { limit, after: start, skip, ...list }: PageRequest,
): Promise<VerbatimPage> {
  if (!isBulky(entity)) return db.pageVerbatim(entity, { ...list, limit, skip, after: start })
  const rows: RowOf<unknown>[] = []
  const json: string[] = []
  let size = 0
  let after: Boundary | undefined = start
  for (let slice = FIRST_SLICE; ; slice = fittingSlice(rows.length, size, LIMITS.page)) {
    const wanted = Math.min(slice, limit - rows.length)
    const known = json.length
    const request = { ...list, limit: wanted, after, skip: rows.length === 0 ? skip : 0 }
    const page = await db.pageVerbatim(entity, request, json)
    rows.push(...page.rows)
    size += sizeOf(page.rows) + json.slice(known).reduce((sum, { length }) => sum + length, 0)
    if (!page.more || rows.length >= limit || size >= LIMITS.page) return { rows, json, more: page.more }
    const last = rows.at(-1)
    after = last && boundaryOf(list.order, last)
  }
}

/** The rows of a batch get, in slices when they are large; throws `batch_too_large` rather than answer with more than fits. */
export async function boundedFind<C extends Fields>(
  db: Reader,
  entity: Entity<C>,
  ids: readonly string[],
): Promise<readonly (RowOf<C> | undefined)[]> {
  if (!isBulky(entity)) return db.findMany(entity, ids)
  const rows: (RowOf<C> | undefined)[] = []
  let size = 0
  for (let slice = FIRST_SLICE; rows.length < ids.length; slice = fittingSlice(rows.length, size, LIMITS.batch)) {
    const found = await db.findMany(entity, ids.slice(rows.length, rows.length + slice))
    rows.push(...found)
    size += sizeOf(found)
    if (size > LIMITS.batch) {
      throw invalid('batch_too_large', {
        detail: `The first ${rows.length} are too much for one answer: ask for fewer.`,
      })
    }
  }
  return rows
}

/** As many rows as seem to fit into what is left; not many, for the next may be larger. */
const fittingSlice = (rows: number, size: number, limit: number): number =>
  Math.min(LARGEST_SLICE, Math.max(1, Math.floor((limit - size) / (size / rows))))

const sizeOf = (rows: readonly unknown[]): number =>
  rows.reduce((sum: number, row) => sum + JSON.stringify(row ?? null).length, 0)
