import { spawnSync } from 'node:child_process'
import { type Program, startServer, type TestServer } from './server.ts'

/**
 * Starts a PgBouncer of one's own in transaction mode before a PostgreSQL server, with the `pgbouncer` that is installed
 * here. The caller destroys it. Its pool is smaller than that of a service, so that statements of one client change lines.
 */
export async function startPgbouncer(serverUrl: string): Promise<TestServer> {
  const { hostname, port: serverPort, username, pathname } = new URL(serverUrl)
  const settings = (folder: string, port: number) =>
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort} user=${username}`,
      '[pgbouncer]',
      `listen_addr = 127.0.0.1`,
      `listen_port = ${port}`,
      'auth_type = any',
      'pool_mode = transaction',
      'default_pool_size = 3',
      'max_client_conn = 200',
      `unix_socket_dir = ${folder}`,
    ].join('\n')
  const program: Program = {
    serve: (folder, port) => [
      'sh',
      '-c',
      `echo "$1" > settings.ini && exec "$0" settings.ini`,
      findProgram() ?? 'pgbouncer',
      settings(folder, port),
    ],
    url: (port) => `postgres://${username}@127.0.0.1:${port}${pathname}`,
    stopSignal: 'SIGTERM',
    endSignal: 'KILL',
  }
  return await startServer(program, {})
}

/** Why PgBouncer cannot be started here, if so. */
export function findPgbouncerProblem(): string | undefined {
  return findProgram() ? undefined : 'no pgbouncer; install pgbouncer'
}

/** Debian keeps it out of the PATH of those who are not root. */
function findProgram(): string | undefined {
  return ['pgbouncer', '/usr/sbin/pgbouncer'].find((program) => spawnSync(program, ['--version']).status === 0)
}
