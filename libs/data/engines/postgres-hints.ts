import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@mainspring/core'
import type { Hints } from '../engine.ts'
import type { PostgresLine } from './postgres-line.ts'

/** How hints come and go. */
export interface PostgresHintsOptions {
  /** Makes a line to the server itself: a pooler in transaction mode hands out no notifications. */
  readonly createLine: () => PostgresLine
  readonly channel: string
  readonly log: Log
}

/** Milliseconds between two of the same hint. */
const WINDOW = 50

/** Milliseconds between two signs of life that are asked for: a server that is cut off says nothing by itself. */
const CHECKS = 10_000

/** Milliseconds until a lost line is opened again: they double with each failure in a row. */
const PAUSE = { first: 250, last: 30_000 }

/**
 * Gives and hears hints by NOTIFY and LISTEN, on a line of their own: at its commit a transaction that notifies holds a lock of
 * the whole server, so no unit of work does. While the line is lost nobody is told.
 */
export function openPostgresHints(
  { createLine, channel, log }: PostgresHintsOptions,
  onHint: (hint: string) => void,
): Hints {
  const self = randomUUID()
  const closing = new AbortController()
  const { signal } = closing
  /** Hints that were given lately, and whether again since. */
  const given = new Map<string, boolean>()
  let notify: ((hint: string) => Promise<void>) | undefined
  let failures = 0
  void keepLine()

  async function keepLine(): Promise<void> {
    while (!signal.aborted) {
      try {
        await useLine()
      } catch (error) {
        if (signal.aborted) return
        if (failures === 0) log.warn({ err: error }, 'other processes are not heard of for now: each looks by itself')
        await pause(Math.min(PAUSE.last, PAUSE.first * 2 ** failures))
        failures += 1
      }
    }
  }

  /** Resolves when hints are closed; throws when the line cannot be opened, or is lost. */
  async function useLine(): Promise<void> {
    const line = createLine()
    const over = Promise.withResolvers<void>()
    over.promise.catch(() => {})
    const onClose = () => over.resolve()
    signal.addEventListener('abort', onClose)
    let checks: NodeJS.Timeout | undefined
    let last: Promise<unknown> = Promise.resolve()
    const ask = (sql: string, parameters?: readonly unknown[]) => {
      last = last.then(() => line.run(sql, parameters))
      return last
    }
    try {
      await line.open(over.reject)
      line.onNotice(hear)
      // Nobody waits until a hint is on a disk.
      await ask('SET synchronous_commit TO off')
      await ask(`LISTEN "${channel}"`)
      if (failures > 0) log.info('other processes are heard of again')
      failures = 0
      notify = (hint) => ask(NOTIFY, [channel, `${self} ${hint}`]).then(() => {}, over.reject)
      checks = setInterval(() => ask('SELECT 1').catch(over.reject), CHECKS)
      await over.promise
    } finally {
      notify = undefined
      clearInterval(checks)
      signal.removeEventListener('abort', onClose)
      // A server that is frozen does not take leave.
      void line.close()
    }
  }

  function hear(payload: string): void {
    if (!payload.startsWith(self)) onHint(payload.slice(self.length + 1))
  }

  /** The first time at once, the others together when the window is over. */
  async function tell(hint: string): Promise<void> {
    do {
      given.set(hint, false)
      await Promise.all([notify?.(hint), pause(WINDOW)])
    } while (given.get(hint) && !signal.aborted)
    given.delete(hint)
  }

  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal }).catch(() => {})

  return {
    give(hint) {
      if (signal.aborted) return
      if (given.has(hint)) given.set(hint, true)
      else void tell(hint)
    },
    close: () => closing.abort(),
  }
}

const NOTIFY = 'SELECT pg_notify($1, $2)'
