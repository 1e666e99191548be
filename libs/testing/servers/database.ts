import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'

/** An empty database for one test file or test; whoever created it drops it. */
export interface TemporaryDatabase {
  readonly url: string
  /** PostgreSQL ends the connections that are still open; MariaDB waits 5 s for their transactions, then throws. */
  drop(): Promise<void>
}

/**
 * Creates a database of a random name on the server at the URL, whose user must be allowed to.
 *
 * PostgreSQL alone can copy one: `template` is the URL of a database on the same server to which nobody is connected.
 */
export async function createDatabase(
  server: string,
  { template }: { readonly template?: string } = {},
): Promise<TemporaryDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const copied = template ? ` TEMPLATE ${new URL(template).pathname.slice(1)}` : ''
  await execute(server, `CREATE DATABASE ${name}${copied}`)
  const url = new URL(server)
  url.pathname = name
  return { url: url.href, drop: () => dropDatabase(server, name) }
}

async function dropDatabase(server: string, name: string): Promise<void> {
  if (isPostgres(server)) return await execute(server, `DROP DATABASE ${name} WITH (FORCE)`)
  const connection = await mysql.createConnection({ uri: server, rowsAsArray: true })
  try {
    await connection.query('SET lock_wait_timeout = 5')
    // Services that share a URL have each put a database of their own beside it.
    const [rows] = await connection.query<mysql.RowDataPacket[][]>(`SHOW DATABASES LIKE '${name}%'`)
    for (const [found] of rows) await connection.query(`DROP DATABASE ${found}`)
  } finally {
    await connection.end()
  }
}

/** Runs statements one after the other on a connection of their own. */
export async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const connection = await connect(url)
  try {
    for (const statement of statements) await connection.query(statement)
  } finally {
    await connection.end()
  }
}

/** What the two drivers' connections have in common. */
interface Connection {
  query(statement: string): Promise<unknown>
  end(): Promise<void>
}

async function connect(url: string): Promise<Connection> {
  if (!isPostgres(url)) return await mysql.createConnection(url)
  const client = new pg.Client(url)
  await client.connect()
  return client
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url)
}
