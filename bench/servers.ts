import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Resource } from './resources/resource.ts'

/**
 * Ours, the one written by hand with the same checks (and one that also shares commits, and one in Node's own memory), the one
 * without any, and one that knows a single answer.
 */
export type ServerKind = 'ours' | 'twin' | 'grouped' | 'roomy' | 'bare' | 'constant'

/** What a process has used since it began: microseconds of CPU, and bytes of memory now and at most. */
export interface Usage {
  readonly cpu: number
  readonly memory: number
  readonly most: number
}

/** A server under measurement. */
export interface MeasuredServer {
  readonly url: string
  readonly usage: () => Promise<Usage>
  /** Runs work and answers where the server's CPU time went meanwhile. */
  readonly profile: (work: () => Promise<unknown>) => Promise<Profiler.Profile>
  /** Kills it: nobody needs any more what it has. */
  readonly end: () => Promise<void>
}

type Settings = Readonly<Record<string, string>>

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const READY_WITHIN_MS = 60_000

/** The command line of our services. */
export const mainFile = `${ROOT}apps/main.ts`

/** What `npm start` runs, read where npm reads it, so that what is measured is what is shipped, flags and all. */
const startScript: string = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).scripts.start

/** How that runs a file: the others are run alike, so that code is compared with code. */
const runFile = startScript.slice(0, startScript.lastIndexOf(' '))

/** As an operator sets it up; only the limit on one client's requests is off, since here one client makes them all. */
const PRODUCTION = { ENV: 'production', AUTH: 'none', LOG_LEVEL: 'info', RATE_LIMIT: '0' }

/** Starts a server of one resource on a database of its own, as in production; its log goes to /dev/null. */
export function startServer(
  kind: ServerKind,
  { service, collection }: Resource,
  database: string,
): Promise<MeasuredServer> {
  if (kind === 'ours') return startOurs({ DATABASE_URL: database }, service)
  const folder = kind === 'bare' || kind === 'constant' ? kind : 'twin'
  const script = `${kind === 'roomy' ? 'exec node' : runFile} bench/${folder}/main.ts`
  return measured(script, [collection, database, `--${kind}`], {})
}

/** Starts our services, all unless some are named, as in production. */
export const startOurs = (settings: Settings, ...services: readonly string[]): Promise<MeasuredServer> =>
  measured(startScript, services, { ...PRODUCTION, ...settings })

/** Starts another file of the bench that serves, as ours is started. */
export const startFile = (file: string, settings: Settings): Promise<MeasuredServer> =>
  measured(`${runFile} ${file}`, [], { ...PRODUCTION, ...settings })

/** What `npm start` starts, and nothing else. */
export const spawnOurs = (settings: Settings): ChildProcess => run(startScript, [], settings)

/** Starts a file of the bench that is told by messages what to do, run as ours is. */
export const spawnFile = (file: string, args: readonly string[]): ChildProcess => run(`${runFile} ${file}`, args, {})

async function measured(script: string, args: readonly string[], settings: Settings): Promise<MeasuredServer> {
  const PORT = String(await findFreePort())
  const child = run(script, args, { ...settings, PORT, NODE_OPTIONS: `--import ${ROOT}bench/report-usage.ts` })
  const url = `http://127.0.0.1:${PORT}`
  await untilReady(child, url)
  return {
    url,
    usage: () => ask(child, 'usage'),
    async profile(work) {
      await ask(child, 'start profile')
      await work()
      return ask(child, 'stop profile')
    },
    async end() {
      if (hasEnded(child)) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Runs a script as npm does: by a shell, which the script replaces by what it starts, in the folder of the repository. */
function run(script: string, args: readonly string[], settings: Settings): ChildProcess {
  const PATH = `${ROOT}node_modules/.bin:${process.env.PATH}`
  return spawn('/bin/sh', ['-c', `${script} "$@"`, 'sh', ...args], {
    cwd: ROOT,
    env: { PATH, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

/** Resolves with the first 200 from /readyz. Throws when the process ends, or ends it when it takes too long. */
export async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(2)) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    if (hasEnded(child)) throw new Error(`${child.spawnargs.join(' ')} ended before it was ready.`)
  }
  child.kill('SIGKILL')
  throw new Error(`${child.spawnargs.join(' ')} did not get ready.`)
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

async function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const done = new AbortController()
  const ended = once(child, 'exit', done).then(() => Promise.reject(new Error('The server has ended.')))
  const answer = once(child, 'message', done)
  try {
    if (hasEnded(child)) throw new Error('The server has ended.')
    child.send(question)
    const [told] = await Promise.race([answer, ended])
    return told
  } finally {
    done.abort()
    await Promise.allSettled([answer, ended])
  }
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
