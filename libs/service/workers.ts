import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@mainspring/core'
import type { Environment } from './running-service.ts'

/** Milliseconds after a signal until workers that still run are killed: each ends itself before. */
const LAST_MOMENT = 7_750
/** Milliseconds that a worker has to live for its death to be an accident. */
const STEADY = 10_000
/** Milliseconds before one that died young is replaced: they double with each such death. */
const PAUSE = { shortest: 100, longest: 10_000 }

/** What a supervisor is told. */
export interface SupervisorOptions {
  /** How many workers, at least one. */
  readonly count: number
  /** Variables of the workers, besides those of this process. */
  readonly environment: Environment
  /** The same for those that come after the first, which did what is done once for all. */
  readonly later: Environment
  readonly log: Log
  /** Told when each worker had its chance to start: where they answer, and the ids of those that do. */
  readonly onReady: (url: string, workers: readonly number[]) => void
}

/** Keeps workers running. */
export interface Supervisor {
  /** Resolves to the exit code when no worker is left, and none is to come. */
  readonly ended: Promise<number>
  /** Has all workers finish what they have. Twice is once. */
  readonly end: () => void
}

/**
 * Runs this program several times behind one port, and replaces a worker that dies; one that dies young, after a pause.
 * The first starts alone: it migrates and loads fixtures, and when it cannot start, neither could the others, so that its
 * exit code is the end.
 *
 * The workers listen themselves, and Linux divides connections among them; nothing passes through the supervisor. When it
 * dies, they notice and end. They are all alike: what must run once must do so on several machines as well, so it takes a
 * lock in the database, not a place among the workers.
 */
export function supervise({ count, environment, later, log, onReady }: SupervisorOptions): Supervisor {
  const ending = new AbortController()
  const running = new Set<Run>()
  return {
    ended: work(),
    end() {
      if (ending.signal.aborted) return
      ending.abort()
      for (const { signal } of running) signal('SIGTERM')
      setTimeout(() => {
        for (const { signal } of running) signal('SIGKILL')
      }, LAST_MOMENT).unref()
    },
  }

  async function work(): Promise<number> {
    const first = run(environment)
    const url = await first.url
    if (ending.signal.aborted) await first.end
    else if (url === undefined) return failed(await first.end)
    else {
      const all = [first, ...Array.from({ length: count - 1 }, () => run(later))]
      const kept = all.map(keep)
      const ready = await Promise.all(all.map(async ({ pid, url }) => ((await url) && pid ? [pid] : [])))
      if (!ending.signal.aborted) onReady(url, ready.flat())
      await Promise.all(kept)
    }
    return 0
  }

  /** A worker that fails says why; one that was killed could not. */
  function failed({ code, reason }: End): number {
    if (code === null) log.error(`the first worker ended with ${reason}`)
    return code || 1
  }

  /** Runs one worker after the other until the end. */
  async function keep(first: Run): Promise<void> {
    let current = first
    for (let deaths = 0; ; ) {
      const { reason, lived } = await current.end
      if (ending.signal.aborted) return
      deaths = lived < STEADY ? deaths + 1 : 0
      const pause = deaths === 0 ? 0 : Math.min(PAUSE.longest, PAUSE.shortest * 2 ** (deaths - 1))
      log.warn({ worker: current.pid, lived_ms: lived, pause_ms: pause }, `a worker ended with ${reason}`)
      await sleep(pause, undefined, { signal: ending.signal }).catch(() => undefined)
      if (ending.signal.aborted) return
      const next = run(later)
      void next.url.then((url) => url && log.info({ worker: next.pid }, 'another worker has taken its place'))
      current = next
    }
  }

  function run(variables: Environment): Run {
    const each = runWorker(variables)
    running.add(each)
    void each.end.then(() => running.delete(each))
    return each
  }
}

/** One worker, from its start to its end. */
interface Run {
  readonly pid: number | undefined
  /** Where it answers, once it does; undefined when it ended before. */
  readonly url: Promise<string | undefined>
  readonly end: Promise<End>
  readonly signal: (signal: 'SIGTERM' | 'SIGKILL') => void
}

interface End {
  readonly code: number | null
  /** `code 1`, or the signal. */
  readonly reason: string
  /** Milliseconds. */
  readonly lived: number
}

function runWorker(variables: Environment): Run {
  const url = Promise.withResolvers<string | undefined>()
  const end = Promise.withResolvers<End>()
  const began = performance.now()
  const worker = cluster.fork(variables)
  const { pid } = worker.process
  const finish = (code: number | null, reason: string) => {
    url.resolve(undefined)
    end.resolve({ code, reason, lived: Math.round(performance.now() - began) })
  }
  worker.on('message', (answer) => {
    if (typeof answer === 'string') url.resolve(answer) // under --watch Node sends things of its own
  })
  worker.once('exit', (code, signal) => finish(code, signal ?? `code ${code}`))
  worker.on('error', (error) => {
    if (pid === undefined) finish(null, error.message) // the system would not start it
  })
  return { pid, url: url.promise, end: end.promise, signal: (signal) => void worker.process.kill(signal) }
}
