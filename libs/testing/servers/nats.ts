import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type ServerOptions, startServer, type TestServer } from './server.ts'

/**
 * Starts a NATS server of one's own with JetStream, by the `nats-server` that is installed here. The caller destroys it; it
 * does not outlive this process.
 */
export async function startNats(options: ServerOptions = {}): Promise<TestServer> {
  return await startServer(
    {
      serve: (folder, port) => [
        findProgram() ?? 'nats-server',
        '--jetstream',
        `--store_dir=${folder}/data`,
        '--addr=127.0.0.1',
        `--port=${port}`,
      ],
      url: (port) => `nats://127.0.0.1:${port}`,
      answer: greet,
      stopSignal: 'SIGTERM',
      endSignal: 'KILL',
    },
    options,
  )
}

/** Why NATS cannot be started here, if so. */
export function findNatsProblem(): string | undefined {
  return findProgram() ? undefined : 'no nats-server; install nats-server'
}

/** Debian keeps it out of the PATH of those who are not root. */
function findProgram(): string | undefined {
  return ['nats-server', '/usr/sbin/nats-server'].find((program) => spawnSync(program, ['--version']).status === 0)
}

/** It speaks first, once its streams are there. */
async function greet(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  try {
    await once(socket, 'data')
  } finally {
    socket.destroy()
  }
}
