import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import pg from 'pg'
import type { Resource, StoredRow, Values } from '../resources/resource.ts'
import { agreedId } from './app.ts'
import { type ListParameters, writeListQuery } from './list-query.ts'
import { isAlike, outboxRow, outboxRows } from './outbox.ts'
import { findBasis, statementsOf } from './postgres-statements.ts'
import { createTransactions } from './postgres-transactions.ts'
import { asText } from './postgres-types.ts'
import {
  answerOf,
  batchAnswer,
  createdAnswer,
  danglingReference,
  etagOf,
  idTaken,
  isUnchanged,
  JSON_TYPE,
  keyOf,
  mergedFields,
  newId,
  newRow,
  notFound,
  refuseBatchMistakes,
  refuseDuplicates,
  refuseIfMatch,
  refuseMistakes,
  requireMatch,
  send,
  sendPage,
} from './rows.ts'
import { startStamping } from './stamping.ts'
import { createWholeCheck, schemasOf } from './validation.ts'

type Queryable = pg.Pool | pg.PoolClient

/** Adds the routes of a resource on PostgreSQL: a pool, named statements; a transaction where one statement will not do. */
export async function addPostgresRoutes(app: FastifyInstance, resource: Resource, url: string): Promise<void> {
  const { singular, service, bind, table, basis } = resource
  const basisText = basis ? findBasis(basis) : ''
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    types: asText,
    options: `-c search_path=${service.replaceAll('-', '_')} -c TimeZone=UTC`,
  })
  const stopStamping = resource.tell && (await startStamping(pool))
  app.addHook('onClose', () => {
    stopStamping?.()
    return pool.end()
  })
  const { stored, find, findForUpdate, insert, insertAndTell, insertMany, insertManyAndTell, update, updateAndTell } =
    statementsOf(resource)
  const { transaction, once, claim, fill } = createTransactions(pool)
  const key = await pageKey(pool)
  const schemas = schemasOf(resource)
  const checkWhole = createWholeCheck(schemas.whole)
  const collection = `/v1/${resource.collection}`
  const parameter = `${singular.replaceAll('-', '_')}_id`
  const item = `${collection}/:${parameter}`

  app.get<Params>(
    item,
    { schema: { params: schemas.params, querystring: schemas.nothing } },
    async (request, reply) => {
      const id = request.params[parameter] ?? ''
      const row = await first(pool, 'find', find, [id])
      if (!row) throw notFound(resource, id)
      const etag = etagOf(row)
      reply.header('etag', etag)
      if (isUnchanged(request.headers['if-none-match'], etag)) return reply.code(304).send()
      return reply.header('content-type', JSON_TYPE).send(JSON.stringify(resource.present(row)))
    },
  )

  app.get<{ Querystring: ListParameters }>(
    collection,
    { schema: { querystring: schemas.list } },
    async (request, reply) => {
      const { limit, page, count, seal } = writeListQuery(resource, key, request.query, table, (index) => `$${index}`)
      const { rows } = await pool.query<StoredRow>(named(page.sql, page.values))
      const more = rows.length > limit
      if (more) rows.pop()
      const last = rows.at(-1)
      const next_page_token = more && last ? seal(last) : undefined
      const total_size = count && (await pool.query(named(count.sql, count.values))).rows[0]?.rows
      return sendPage(resource, request, reply, rows, { next_page_token, total_size })
    },
  )

  app.post<{ Querystring: { id?: string }; Body: Values }>(
    collection,
    { schema: { querystring: schemas.create, body: schemas.body } },
    async (request, reply) => {
      const chosen = agreedId(request.query.id, request.body.id)
      refuseMistakes(resource, request.body)
      const keyed = keyOf(request)
      const prepared = await basis?.prepare(request.body)
      if (!prepared) {
        const made = newRow(resource, request.body, chosen ?? newId())
        const answer = createdAnswer(resource, made)
        const create = (client: Queryable) => insertRow(client, made, request)
        if (!keyed) await create(pool)
        send(reply, keyed ? await transaction((client) => once(client, keyed, answer, () => create(client))) : answer)
        return reply
      }
      const answer = await transaction(async (client) => {
        const kept = keyed && (await claim(client, keyed))
        if (kept) return kept
        const values = await reckon(client, prepared)
        const made = newRow(resource, values, chosen ?? newId())
        await insertRow(client, made, request)
        const answer = createdAnswer(resource, made)
        if (keyed) await fill(client, keyed, answer)
        return answer
      })
      send(reply, answer)
      return reply
    },
  )

  app.patch<Params & { Body: Values }>(
    item,
    { schema: { params: schemas.params, querystring: schemas.nothing, body: schemas.patch } },
    async (request, reply) => {
      const id = request.params[parameter] ?? ''
      agreedId(id, request.body.id)
      const keyed = keyOf(request)
      const answer = await transaction(async (client) => {
        const kept = keyed && (await claim(client, keyed))
        if (kept) return kept
        const current = await first(client, 'find_for_update', findForUpdate, [id])
        if (!current) throw notFound(resource, id)
        requireMatch(resource, current, request.headers['if-match'])
        const values = mergedFields(resource, current, request.body)
        checkWhole(values)
        refuseMistakes(resource, values)
        const update_time = new Date().toISOString()
        const next = { ...current, ...(values as StoredRow), update_time, version: current.version + 1 }
        const written = [...bind(values), update_time, next.version, id]
        const event = isAlike(resource, current, next) ? undefined : outboxRow(resource, 'updated', next, request)
        await client
          .query(
            event
              ? { name: 'update_and_tell', text: updateAndTell, values: [...written, ...event] }
              : { name: 'update', text: update, values: written },
          )
          .catch(rethrowRefusal(resource, [next]))
        const changed = answerOf(resource, next)
        if (keyed) await fill(client, keyed, changed)
        return changed
      })
      send(reply, answer)
      return reply
    },
  )

  app.post<{ Body: { requests: readonly Values[] } }>(
    `${collection}::batch-create`,
    { schema: { querystring: schemas.nothing, body: schemas.batch } },
    async (request, reply) => {
      refuseIfMatch(request)
      const { requests } = request.body
      refuseDuplicates(requests)
      refuseBatchMistakes(resource, requests)
      const rows = requests.map((values) =>
        newRow(resource, values, typeof values.id === 'string' ? values.id : newId()),
      )
      const bound = rows.map((row) => [row.id, ...bind(row), row.create_time, row.update_time, row.version])
      const values = stored.map((_, column) => bound.map((row) => row[column]))
      const events = outboxRows(resource, 'created', rows, request)
      const told = [0, 1, 2, 3].map((column) => events.map((event) => event[column]))
      const create = (client: Queryable) =>
        client
          .query(
            resource.tell
              ? { name: 'insert_many_and_tell', text: insertManyAndTell, values: [...values, ...told] }
              : { name: 'insert_many', text: insertMany, values },
          )
          .catch(rethrowRefusal(resource, rows, (index) => `requests[${index}].`))
      const answer = batchAnswer(resource, rows)
      const keyed = keyOf(request)
      if (!keyed) await create(pool)
      send(reply, keyed ? await transaction((client) => once(client, keyed, answer, () => create(client))) : answer)
      return reply
    },
  )

  function insertRow(client: Queryable, row: StoredRow, request: FastifyRequest) {
    const event = outboxRow(resource, 'created', row, request)
    const values = [row.id, ...bind(row), row.create_time, row.update_time, row.version]
    return client
      .query(
        event
          ? { name: 'insert_and_tell', text: insertAndTell, values: [...values, ...event] }
          : { name: 'insert', text: insert, values },
      )
      .catch(rethrowRefusal(resource, [row]))
  }

  async function reckon(client: pg.PoolClient, prepared: Values): Promise<Values> {
    if (!basis) return prepared
    const tables = Object.entries(basis.tables)
    const values = tables.map(([, { idsOf }]) => idsOf(prepared))
    const { rows } = await client.query<StoredRow>({ name: 'find_basis', text: basisText, values })
    const found = Object.fromEntries(tables.map(([table]) => [table, new Map<string, StoredRow>()]))
    for (const row of rows) found[String(row.table_name)]?.set(row.id, row)
    return basis.reckon(prepared, found)
  }
}

interface Params {
  Params: Record<string, string>
}

async function first(
  client: Queryable,
  name: string,
  text: string,
  values: readonly string[],
): Promise<StoredRow | undefined> {
  return (await client.query<StoredRow>({ name, text, values: [...values] })).rows[0]
}

/** Lists come in few shapes; should somebody make up many, those go unnamed, for what has a name stays on the server. */
function named(text: string, values: (string | number)[]): pg.QueryConfig {
  const known = names.get(text)
  if (known !== undefined) return { name: known, text, values }
  if (names.size === MOST_STATEMENTS) return { text, values }
  const name = `list_${names.size}`
  names.set(text, name)
  return { name, text, values }
}

const names = new Map<string, string>()
const MOST_STATEMENTS = 200

/** What the refusal of rows means to the caller: the server names the constraint and the value. */
const rethrowRefusal =
  (resource: Resource, rows: readonly StoredRow[], placeOf: (index: number) => string = () => '') =>
  (error: unknown): never => {
    if (!(error instanceof pg.DatabaseError)) throw error
    const value = /=\((.*)\)/.exec(error.detail ?? '')?.[1]
    const reference = Object.keys(resource.references).find(
      (name) => error.constraint === `${resource.table}_${name}_foreign`,
    )
    const name = reference ?? (error.constraint === `${resource.table}_pkey` ? 'id' : undefined)
    const index = rows.findIndex((row) => name !== undefined && row[name] === value)
    const row = rows[index]
    if (!row) throw error
    throw reference ? danglingReference(resource, row, reference, placeOf(index)) : idTaken(row.id, placeOf(index))
  }

async function pageKey(pool: pg.Pool): Promise<Buffer> {
  await pool.query(
    'insert into mainspring_secrets (id, value, create_time) values ($1, $2, now()) on conflict do nothing',
    ['page_tokens', randomBytes(32).toString('base64')],
  )
  const { rows } = await pool.query("select value from mainspring_secrets where id = 'page_tokens'")
  return Buffer.from(rows[0].value, 'base64')
}
