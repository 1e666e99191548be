import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { startServer, type TestServer } from './server.ts'

/**
 * Starts an emulator of Amazon Kinesis of one's own. It keeps all in memory: `stop` and `crash` forget streams and records.
 * The caller destroys it; it does not outlive this process.
 */
export async function startKinesis(): Promise<TestServer> {
  const program = findProgram()
  if (program === undefined) throw new Error(findKinesisProblem())
  const settings = (port: number) => [
    `KINESIS_MOCK_PLAIN_PORT=${port}`,
    'KINESIS_MOCK_TLS_PORT=0',
    `KINESIS_MOCK_CERT_PATH=${join(dirname(program), 'server.json')}`,
    ...['CREATE_STREAM', 'DELETE_STREAM', 'SPLIT_SHARD', 'MERGE_SHARDS'].map((name) => `${name}_DURATION=20ms`),
    'LOG_LEVEL=ERROR',
  ]
  return await startServer(
    {
      serve: (_, port) => ['env', ...settings(port), process.execPath, program],
      url: (port) => `http://127.0.0.1:${port}`,
      answer: (url) => fetch(`${url}/healthcheck`),
      isOurs: true,
      stopSignal: 'SIGTERM',
      endSignal: 'KILL',
    },
    {},
  )
}

/** Why it cannot be started here, if so. */
export function findKinesisProblem(): string | undefined {
  return findProgram() ? undefined : 'no kinesis-local; install the development dependencies'
}

function findProgram(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('kinesis-local')
  } catch {
    return undefined
  }
}
