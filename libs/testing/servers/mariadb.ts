import { spawnSync } from 'node:child_process'
import { type ServerOptions, startServer, type TestServer } from './server.ts'

/**
 * Starts a MariaDB server of one's own, with the `mariadbd` that is installed here. The caller destroys it; it does not
 * outlive this process. Its text ignores case, as in most installations, so that whoever needs otherwise has to say so.
 */
export async function startMariadb(options: ServerOptions = {}): Promise<TestServer> {
  return await startServer(
    {
      install: (folder) => [
        'mariadb-install-db',
        ...SETTINGS,
        ...inFolder(folder),
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ],
      serve: (folder, port) => [
        findProgram() ?? 'mariadbd',
        ...SETTINGS,
        ...inFolder(folder),
        `--port=${port}`,
        `--innodb-flush-log-at-trx-commit=${options.durable ? 1 : 2}`, // 2 hands it to the system and does not wait
      ],
      url: (port) => `mysql://root@127.0.0.1:${port}/mysql`,
      stopSignal: 'SIGTERM',
      endSignal: 'KILL',
    },
    options,
  )
}

/** Why MariaDB cannot be started here, if so. */
export function findMariadbProblem(): string | undefined {
  return findProgram() ? undefined : 'no mariadbd; install mariadb-server'
}

/** Debian keeps it out of the PATH of those who are not root. */
function findProgram(): string | undefined {
  return ['mariadbd', '/usr/sbin/mariadbd'].find((program) => spawnSync(program, ['--version']).status === 0)
}

const SETTINGS = [
  '--no-defaults', // has to be the first
  '--bind-address=127.0.0.1',
  '--skip-name-resolve',
  '--max-connections=200', // ten instances of a service with their pools
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_general_ci',
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=32M', // allocated at once, in memory where possible
]

function inFolder(folder: string): readonly string[] {
  return [`--datadir=${folder}/data`, `--tmpdir=${folder}`, `--socket=${folder}/socket`]
}
