import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Profiler } from 'node:inspector'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Resource } from './resources/resource.ts'

/** Ours, the one written by hand with the same checks (and one that also shares commits), and the one without any. */
export type ServerKind = 'ours' | 'twin' | 'grouped' | 'bare'

/** What a process has used since it began: microseconds of CPU, and bytes of memory now. */
export interface Usage {
  readonly cpu: number
  readonly memory: number
}

/** A server under measurement. */
export interface MeasuredServer {
  readonly kind: ServerKind
  readonly url: string
  /** Milliseconds from its spawn to its first 200 from /readyz. */
  readonly start: number
  readonly usage: () => Promise<Usage>
  /** Runs work and answers where the server's CPU time went meanwhile. */
  readonly profile: (work: () => Promise<unknown>) => Promise<Profiler.Profile>
  readonly end: () => Promise<void>
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The command line of our services. */
export const mainFile = path('../apps/main.ts')

/** Starts a server on a database of its own, as in production; its log goes to /dev/null. */
export async function startServer(
  kind: ServerKind,
  { service, collection }: Resource,
  database: string,
): Promise<MeasuredServer> {
  const PORT = String(await findFreePort())
  const options = { execArgv: ['--import', path('report-usage.ts')], stdio: SILENT }
  const begun = performance.now()
  const child =
    kind === 'ours'
      ? fork(mainFile, [service], { ...options, env: { ...PRODUCTION, PORT, DATABASE_URL: database } })
      : fork(path(`${kind === 'bare' ? 'bare' : 'twin'}/main.ts`), [collection, database, `--${kind}`], {
          ...options,
          env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT },
        })
  const url = `http://127.0.0.1:${PORT}`
  await untilReady(child, url)
  return {
    kind,
    url,
    start: performance.now() - begun,
    usage: () => ask(child, 'usage'),
    async profile(work) {
      await ask(child, 'start profile')
      await work()
      return ask(child, 'stop profile')
    },
    async end() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

const SILENT: ['ignore', 'ignore', 'inherit', 'ipc'] = ['ignore', 'ignore', 'inherit', 'ipc']

/** As shipped; only the limit on one client's requests is off, since here one client makes them all. */
const PRODUCTION = { PATH: process.env.PATH, ENV: 'production', AUTH: 'none', LOG_LEVEL: 'info', RATE_LIMIT: '0' }

export async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}.`)
    await sleep(2)
  }
}

async function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const answer = once(child, 'message')
  child.send(question)
  const [told] = await answer
  return told
}

export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address.port
}
