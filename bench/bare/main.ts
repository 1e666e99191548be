import { DatabaseSync } from 'node:sqlite'
import { fastify } from 'fastify'
import pg from 'pg'
import { resourceOf } from '../resources/index.ts'
import type { StoredRow, Values } from '../resources/resource.ts'
import { newId } from '../twin/rows.ts'

// Without any check, header, log, version or token: what Fastify and a driver cost alone. Nobody should ship this.
// node bench/bare/main.ts sprockets sqlite:FILE
const [collection = '', url = ''] = process.argv.slice(2)
const resource = resourceOf(collection)
const { columns, fields, table, plainQuery, bind, present } = resource
const isPostgres = !url.startsWith('sqlite:')
const mark = (index: number) => (isPostgres ? `$${index}` : '?')

const stored = ['id', ...Object.keys(resource.stored), 'create_time', 'update_time', 'version']
const changing = ['update_time', ...Object.keys(fields)]
const from = `select ${Object.keys(columns).join(', ')} from ${table}`
const statements = {
  find: `${from} where id = ${mark(1)}`,
  list: `${from} order by create_time, id limit ${mark(1)}`,
  query: `${from} where ${plainQuery.where} order by ${plainQuery.order} limit ${mark(1)}`,
  insert: `insert into ${table} (${stored.join(', ')}) values (${stored.map((_, index) => mark(index + 1)).join(', ')})`,
  update:
    `update ${table} set ${changing.map((name, index) => `${name} = coalesce(${mark(index + 1)}, ${name})`).join(', ')}` +
    ` where id = ${mark(changing.length + 1)} returning ${Object.keys(columns).join(', ')}`,
}
type Value = string | number | null
type Run = (statement: keyof typeof statements, values: Value[]) => StoredRow[] | Promise<StoredRow[]>
type Together = (job: (run: Run) => Promise<unknown>) => Promise<unknown>

const { run, together } = isPostgres ? openPostgres() : openSqlite()
const app = fastify()
app.addContentTypeParser(
  'application/merge-patch+json',
  { parseAs: 'string' },
  app.getDefaultJsonParser('error', 'error'),
)
app.get('/readyz', async () => ({ ready: true }))
app.get<{ Params: { id: string } }>(`/v1/${collection}/:id`, async ({ params }) => {
  const [row] = await run('find', [params.id])
  return row && present(row)
})
app.get<{ Querystring: { max_page_size?: string; filter?: string } }>(`/v1/${collection}`, async ({ query }) => {
  const rows = await run(query.filter ? 'query' : 'list', [Number(query.max_page_size)])
  return { results: rows.map(present) }
})
app.post<{ Body: Values }>(`/v1/${collection}`, async ({ body }, reply) => {
  reply.code(201)
  return await insert(body, run)
})
app.post<{ Body: { requests: readonly Values[] } }>(`/v1/${collection}::batch-create`, ({ body }) =>
  together(async (run) => {
    const results: object[] = []
    for (const values of body.requests) results.push(await insert(values, run))
    return { results }
  }),
)
app.patch<{ Params: { id: string }; Body: Values }>(`/v1/${collection}/:id`, async ({ params, body }) => {
  const given = Object.keys(fields).map((name) => (body[name] ?? null) as Value)
  const [row] = await run('update', [new Date().toISOString(), ...given, params.id])
  return row && present(row)
})
process.once('SIGTERM', () => process.exit(0))
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })

async function insert(values: Values, run: Run): Promise<object> {
  const now = new Date().toISOString()
  const row = { ...(values as StoredRow), id: newId(), create_time: now, update_time: now }
  await run('insert', [row.id, ...bind(row), now, now, 1])
  return present(row)
}

function openSqlite(): { run: Run; together: Together } {
  const database = new DatabaseSync(url.slice('sqlite:'.length))
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  const prepared = new Map(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)]))
  const run: Run = (name, values) => (prepared.get(name)?.all(...values) ?? []) as unknown as StoredRow[]
  return {
    run,
    async together(job) {
      database.exec('BEGIN')
      // Nothing that is awaited here takes a turn of the event loop.
      const value = await job(run)
      database.exec('COMMIT')
      return value
    },
  }
}

function openPostgres(): { run: Run; together: Together } {
  const pool = new pg.Pool({ connectionString: url, max: 10, options: `-c search_path=${resource.service}` })
  const on =
    (client: pg.Pool | pg.PoolClient): Run =>
    async (name, values) =>
      (await client.query<StoredRow>({ name, text: statements[name], values })).rows
  return {
    run: on(pool),
    async together(job) {
      const client = await pool.connect()
      await client.query('BEGIN')
      const value = await job(on(client))
      await client.query('COMMIT')
      client.release()
      return value
    },
  }
}
