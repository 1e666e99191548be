import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type ServerOptions, startServer, type TestServer } from './server.ts'

/** Starts a Redis of one's own, by the `redis-server` that is installed here. The caller destroys it; it does not outlive this process. */
export async function startRedis(options: ServerOptions = {}): Promise<TestServer> {
  return await startServer(
    {
      serve: (folder, port) => [
        'redis-server',
        '--bind',
        '127.0.0.1',
        '--port',
        String(port),
        '--dir',
        folder,
        '--save',
        '',
      ],
      url: (port) => `redis://127.0.0.1:${port}`,
      answer: greet,
      stopSignal: 'SIGTERM',
      endSignal: 'KILL',
    },
    options,
  )
}

/** Why Redis cannot be started here, if so. */
export function findRedisProblem(): string | undefined {
  return spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'no redis-server; install redis-server'
}

async function greet(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  try {
    socket.write('PING\r\n')
    await once(socket, 'data')
  } finally {
    socket.destroy()
  }
}
