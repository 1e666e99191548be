import { systemClock } from '@mainspring/core'
import { type Kysely, sql } from '@mainspring/data'
import { createEnvelope, type Origin, writeEnvelope } from '@mainspring/events'
import { type Part, PieceOrdered, pieces } from './mill.ts'

/** Rows that are written with one statement. */
const CHUNK = 20_000

const ORIGIN: Origin = { requestid: '01932d5c-0000-7000-8000-000000000000' }
/** Its end is replaced by the number of the event. */
const ZERO = '000000000000'
const EVENT_ID = `01932d5c-0000-7000-8001-${ZERO}`
const PIECE_ID = `01932d5c-0000-7000-8002-${ZERO}`

/** Emits so many events at once, each of another piece; with places if the conductor shall not have to give them. */
export async function emitMany(shop: Part, from: number, count: number, { stamped = false } = {}): Promise<void> {
  const piece = { piece_id: PIECE_ID, number: 0 }
  const envelope = createEnvelope(PieceOrdered, piece, {
    newId: () => EVENT_ID,
    now: systemClock.now(),
    origin: ORIGIN,
  })
  const text = (column: string) => sql`replace(${column}, ${ZERO}, ${suffix(shop)})`
  await fill(shop, from, count, (numbers) => {
    const place = stamped && shop.database.engine.name === 'postgres' ? sql`n` : sql`cast(null as bigint)`
    return sql`insert into ${table(shop, 'mainspring_outbox')} (position, type, subject, envelope, create_time)
      select ${place}, ${PieceOrdered.type}, ${text(`pieces/${PIECE_ID}`)},
        replace(${text(writeEnvelope(envelope))}, '"number":0', '"number":' || n), ${envelope.time} from ${numbers} order by n`
  })
  if (!stamped || shop.database.engine.name === 'sqlite') return
  await run(shop, sql`delete from ${table(shop, 'mainspring_logs')} where name = 'outbox'`)
  await run(
    shop,
    sql`insert into ${table(shop, 'mainspring_logs')} (name, position) values ('outbox', ${from + count - 1})`,
  )
}

/** Puts so many items into the queue, which `enqueue` of one more tells its workers. */
export async function enqueueMany(mill: Part, from: number, count: number): Promise<void> {
  const { name } = pieces(1, () => {})
  const now = new Date(systemClock.now()).toISOString()
  const origin = JSON.stringify(ORIGIN)
  await fill(
    mill,
    from,
    count,
    (numbers) => sql`insert into ${table(mill, 'mainspring_items')}
      (queue, state, payload, due_time, attempts, epoch, origin, create_time, update_time)
      select ${name}, 'READY', '{"number":' || n || '}', ${now}, 0, 0, ${origin}, ${now}, ${now} from ${numbers} order by n`,
  )
}

const suffix = ({ database }: Part) =>
  database.engine.name === 'postgres' ? sql`lpad(to_hex(n), 12, '0')` : sql`printf('%012x', n)`

const table = ({ database }: Part, name: string) =>
  sql.raw(database.engine.schema === undefined ? name : `${database.engine.schema}.${name}`)

async function fill(
  part: Part,
  from: number,
  count: number,
  statement: (numbers: ReturnType<typeof sql>) => ReturnType<typeof sql>,
): Promise<void> {
  for (let first = from; first < from + count; first += CHUNK) {
    const last = Math.min(first + CHUNK, from + count) - 1
    const numbers =
      part.database.engine.name === 'postgres'
        ? sql`generate_series(${sql.lit(first)}::bigint, ${sql.lit(last)}::bigint) as s(n)`
        : sql`(with recursive s(n) as (select ${sql.lit(first)} union all select n + 1 from s where n < ${sql.lit(last)}) select n from s)`
    await run(part, statement(numbers))
  }
}

const run = ({ database }: Part, statement: ReturnType<typeof sql>): Promise<number> =>
  database.write((db) => db.execute((query: Kysely<unknown>) => ({ compile: () => statement.compile(query) })), {
    alone: true,
  })
