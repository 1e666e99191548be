import cluster from 'node:cluster'
import { flushCompileCache } from 'node:module'
import { createProcessLog, servingSettings } from '../checked-settings.ts'
import { announce, findPort, type RunningProcess, startProcess } from '../process.ts'
import type { Environment } from '../running-service.ts'
import type { Service } from '../service.ts'
import type { KernelSettings } from '../settings.ts'
import { supervise } from '../workers.ts'
import { complain } from './terminal.ts'

/** Milliseconds after a signal in which the process ends, whatever hangs: it has 8 s, and a busy machine takes its time. */
const LAST_MOMENT = 7_700

/** Serves until a signal comes: in this process, or in several that it supervises. */
export async function serve(services: readonly Service[], environment: Environment): Promise<void> {
  const settings = servingSettings(services, environment)
  if (settings.workers > 1 && cluster.isPrimary) await serveByWorkers(services, settings)
  else await serveHere(services, environment)
}

async function serveHere(services: readonly Service[], environment: Environment): Promise<void> {
  let running: RunningProcess | undefined
  const end = async () => {
    setTimeout(() => process.exit(0), LAST_MOMENT).unref()
    await running?.stop().catch(complain)
    process.exit(0)
  }
  onSignal(() => void end())
  const { worker } = cluster
  worker?.once('disconnect', () => {
    worker.exitedAfterDisconnect = true // or Node ends a worker without a supervisor on the spot
    void end()
  })
  running = await startProcess(services, environment)
  worker?.send(running.url)
  flushCompileCache() // Node would do so at the end, which not every process lives to see.
}

async function serveByWorkers(services: readonly Service[], settings: KernelSettings): Promise<void> {
  const log = createProcessLog(settings)
  // Nobody else would tell: where workers share a port, another process may have a share in it.
  const environment = { PORT: String(await findPort(settings)) }
  const { ended, end } = supervise({
    count: settings.workers,
    environment,
    later: { ...environment, FIXTURES: '0' },
    log,
    onReady: (url, workers) => announce(log, url, services, workers),
  })
  onSignal(end)
  process.exitCode = await ended
}

/**
 * A second signal changes nothing: the first is still being obeyed. One during the start ends it there: nothing is
 * promised to anybody yet, and what a migration has begun is undone, or gone on with by the next.
 */
function onSignal(end: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
}
