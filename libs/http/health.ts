import { unavailable } from '@mainspring/core'
import { kernelRoute } from './kernel-route.ts'
import type { Route } from './route.ts'

/** How one part of a service is: able to do its work, or not and why. */
export interface PartStatus {
  readonly ready: boolean
  readonly detail?: string
}

/** What the server asks to know how the process is. */
export interface Health {
  /** Asks each part, by name. */
  readonly ready: () => Promise<Readonly<Record<string, PartStatus>>>
  /** What /status shows: version, uptime, whatever the parts say. Nothing secret. */
  readonly status: () => Promise<object>
}

/** The paths that are asked all the time by those who watch over a service: neither limited nor logged. */
export const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** A part that says nothing for so long is not ready. Below the second that probes commonly wait. */
const PATIENCE = 800

/** The routes by which others see how the process is: it lives, it may be given traffic, and what there is to know. */
export function createHealthRoutes(health: Health, isClosing: () => boolean): readonly Route[] {
  return [
    kernelRoute('/healthz', 'Whether the process lives', async () => ({
      status: 200,
      headers: FRESH,
      body: { alive: true },
    })),
    kernelRoute('/readyz', 'Whether the service may be given traffic', async () => {
      if (isClosing()) throw unavailable('not_ready', { detail: 'The service is about to stop.' })
      const parts = await within(PATIENCE, health.ready())
      const away = Object.entries(parts).filter(([, part]) => !part.ready)
      if (away.length === 0) return { status: 200, headers: FRESH, body: { ready: true, parts } }
      const reasons = away.map(([name, { detail }]) => `${name}: ${detail ?? 'not ready'}`)
      throw unavailable('not_ready', { detail: reasons.join('; '), parts })
    }),
    kernelRoute('/status', 'What is running', async () => ({
      status: 200,
      headers: FRESH,
      body: await health.status(),
    })),
  ]
}

const FRESH = { 'cache-control': 'no-store' }

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const detail = `No answer within ${milliseconds} ms.`
    timer = setTimeout(() => reject(unavailable('not_ready', { detail })), milliseconds)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
