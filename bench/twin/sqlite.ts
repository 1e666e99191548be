import { randomBytes } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { FastifyInstance } from 'fastify'
import type { Resource, StoredRow, Values } from '../resources/resource.ts'
import { agreedId } from './app.ts'
import { type ListParameters, writeListQuery } from './list-query.ts'
import { type Cause, isAlike, outboxRow } from './outbox.ts'
import {
  type Answer,
  answerOf,
  batchAnswer,
  createdAnswer,
  danglingReference,
  etagOf,
  idTaken,
  isUnchanged,
  JSON_TYPE,
  KEPT_FOR,
  type KeptAnswer,
  type KeyedRequest,
  keyOf,
  mergedFields,
  newId,
  newRow,
  notFound,
  refuseBatchMistakes,
  refuseDuplicates,
  refuseIfMatch,
  refuseMistakes,
  replay,
  requireMatch,
  send,
  sendPage,
} from './rows.ts'
import { basisReader, jsonReader } from './sqlite-rows.ts'
import { createWriter } from './sqlite-writer.ts'
import { createWholeCheck, schemasOf } from './validation.ts'

/** Adds the routes of a resource on SQLite: one connection, all statements prepared, each write one durable transaction. */
export function addSqliteRoutes(app: FastifyInstance, resource: Resource, file: string, grouped: boolean): void {
  const { table, columns, references, singular, bind, basis } = resource
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY')
  app.addHook('onClose', async () => database.close())
  const { write, transaction } = createWriter(database, grouped)
  const readJson = jsonReader(columns)
  const findBasis = resource.basis && basisReader(database, resource.basis)
  const writable = Object.keys(resource.stored)
  const stored = ['id', ...writable, 'create_time', 'update_time', 'version']
  const find = database.prepare(`select ${Object.keys(columns).join(', ')}, version from ${table} where id = ?`)
  const insert = database.prepare(
    `insert into ${table} (${stored.join(', ')}) values (${stored.map(() => '?').join(', ')})`,
  )
  const update = database.prepare(
    `update ${table} set ${writable.map((name) => `${name} = ?`).join(', ')}, update_time = ?, version = ? where id = ?`,
  )
  const emit = database.prepare(
    'insert into mainspring_outbox (type, subject, envelope, create_time) values (?, ?, ?, ?)',
  )
  const targets = Object.entries(references).map(([name, target]) => ({
    name,
    isThere: database.prepare(`select 1 from ${target.table} where id = ?`),
  }))
  const keep = database.prepare(
    `insert into mainspring_idempotency_keys (caller, idempotency_key, fingerprint, status, headers, body, create_time)
     values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  )
  const findKept = database.prepare(
    `select fingerprint, status, headers, body, create_time from mainspring_idempotency_keys where caller = ? and idempotency_key = ?`,
  )
  const forget = database.prepare('delete from mainspring_idempotency_keys where caller = ? and idempotency_key = ?')
  const key = pageKey(database)
  const prepared = new Map<string, StatementSync>()
  const schemas = schemasOf(resource)
  const checkWhole = createWholeCheck(schemas.whole)
  const collection = `/v1/${resource.collection}`
  const parameter = `${singular.replaceAll('-', '_')}_id`
  const item = `${collection}/:${parameter}`

  app.get<Params>(item, { schema: { params: schemas.params, querystring: schemas.nothing } }, (request, reply) => {
    const id = request.params[parameter] ?? ''
    const raw = rowOf(find.get(id))
    if (!raw) throw notFound(resource, id)
    const row = readJson(raw)
    const etag = etagOf(row)
    reply.header('etag', etag)
    if (isUnchanged(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.header('content-type', JSON_TYPE).send(JSON.stringify(resource.present(row)))
  })

  app.get<{ Querystring: ListParameters }>(collection, { schema: { querystring: schemas.list } }, (request, reply) => {
    const { limit, page, count, seal } = writeListQuery(resource, key, request.query, table, () => '?')
    const rows = prepare(page.sql).all(...page.values) as unknown as StoredRow[]
    const more = rows.length > limit
    if (more) rows.pop()
    const last = rows.at(-1)
    const next_page_token = more && last ? seal(last) : undefined
    const total_size = count && Number(prepare(count.sql).get(...count.values)?.rows)
    sendPage(resource, request, reply, rows.map(readJson), { next_page_token, total_size })
  })

  app.post<{ Querystring: { id?: string }; Body: Values }>(
    collection,
    { schema: { querystring: schemas.create, body: schemas.body } },
    async (request, reply) => {
      const chosen = agreedId(request.query.id, request.body.id)
      const prepared = await basis?.prepare(request.body)
      const create = () => {
        refuseMistakes(resource, request.body)
        const values = prepared && findBasis ? basis?.reckon(prepared, findBasis(prepared)) : undefined
        const row = newRow(resource, values ?? request.body, chosen ?? newId())
        insertRow(row)
        tell('created', row, request)
        return createdAnswer(resource, row)
      }
      const keyed = keyOf(request)
      // What is one statement is a transaction by itself.
      const run = resource.tell || keyed ? transaction : write
      send(reply, await run(keyed ? () => once(keyed, create) : create))
      return reply
    },
  )

  app.patch<Params & { Body: Values }>(
    item,
    { schema: { params: schemas.params, querystring: schemas.nothing, body: schemas.patch } },
    async (request, reply) => {
      const id = request.params[parameter] ?? ''
      agreedId(id, request.body.id)
      const change = () => {
        const current = rowOf(find.get(id))
        if (!current) throw notFound(resource, id)
        requireMatch(resource, current, request.headers['if-match'])
        const values = mergedFields(resource, current, request.body)
        checkWhole(values)
        refuseMistakes(resource, values)
        const update_time = new Date().toISOString()
        const next = { ...current, ...(values as StoredRow), update_time, version: current.version + 1 }
        refused(next, () => update.run(...bind(values), update_time, next.version, id))
        if (!isAlike(resource, current, next)) tell('updated', next, request)
        return answerOf(resource, next)
      }
      const keyed = keyOf(request)
      send(reply, await transaction(keyed ? () => once(keyed, change) : change))
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
      const create = () => {
        refuseBatchMistakes(resource, requests)
        const rows = requests.map((values) =>
          newRow(resource, values, typeof values.id === 'string' ? values.id : newId()),
        )
        for (const [index, row] of rows.entries()) insertRow(row, `requests[${index}].`)
        for (const row of rows) tell('created', row, request)
        return batchAnswer(resource, rows)
      }
      const keyed = keyOf(request)
      send(reply, await transaction(keyed ? () => once(keyed, create) : create))
      return reply
    },
  )

  function insertRow(row: StoredRow, place?: string): void {
    refused(row, () => insert.run(row.id, ...bind(row), row.create_time, row.update_time, row.version), place)
  }

  function tell(happened: 'created' | 'updated', row: StoredRow, cause: Cause): void {
    const event = outboxRow(resource, happened, row, cause)
    if (event) emit.run(...event)
  }

  /** Writes a row, and says what is wrong with it if it is refused. */
  function refused(row: StoredRow, write: () => unknown, place?: string): void {
    try {
      write()
    } catch (error) {
      const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
      const dangling =
        code === FOREIGN_KEY ? targets.find(({ name, isThere }) => !isThere.get(String(row[name]))) : undefined
      if (dangling) throw danglingReference(resource, row, dangling.name, place)
      throw code === PRIMARY_KEY ? idTaken(row.id, place) : error
    }
  }

  /** Does the work and keeps its answer, in one transaction, or answers what was kept. */
  function once(keyed: KeyedRequest, work: () => Answer): Answer {
    const kept = findKept.get(keyed.caller, keyed.key) as unknown as KeptAnswer | undefined
    if (kept && Date.parse(kept.create_time) > Date.now() - KEPT_FOR) return replay(kept, keyed)
    if (kept) forget.run(keyed.caller, keyed.key)
    const { status, headers, body } = work()
    keep.run(
      keyed.caller,
      keyed.key,
      keyed.fingerprint,
      status,
      JSON.stringify(headers),
      body,
      new Date().toISOString(),
    )
    return { status, headers, body }
  }

  function prepare(sql: string): StatementSync {
    const known = prepared.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    if (prepared.size < MOST_STATEMENTS) prepared.set(sql, statement)
    return statement
  }
}

interface Params {
  Params: Record<string, string>
}

const MOST_STATEMENTS = 500
const PRIMARY_KEY = 1555
const FOREIGN_KEY = 787

const rowOf = (raw: unknown): StoredRow | undefined => raw as StoredRow | undefined

function pageKey(database: DatabaseSync): Buffer {
  database
    .prepare('insert into mainspring_secrets (id, value, create_time) values (?, ?, ?) on conflict do nothing')
    .run('page_tokens', randomBytes(32).toString('base64'), new Date().toISOString())
  const row = database.prepare('select value from mainspring_secrets where id = ?').get('page_tokens')
  return Buffer.from(String(row?.value), 'base64')
}
