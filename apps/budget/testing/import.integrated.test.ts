import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createServiceProcess, describeEngine, type ServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { importSheet, postJson } from './sheets.ts'

/** As large as an upload may be, either of them: a server takes far longer for a row, and gets fewer that are longer. */
const SHEETS = {
  sqlite: { rows: 100_000, note: 'long, '.repeat(90) },
  postgres: { rows: 33_000, note: 'long, '.repeat(300) },
} as const
/** They are imported before, so that the process has all that it needs for any. */
const ROWS_BEFORE = 2_000
/** Mebibytes that the heap of the process may have: the rows do not go in. */
const HEAP = 96
const MOST_GROWTH = 160
/** Milliseconds; on a machine that does nothing else it is a tenth of it. */
const PATIENCE = 600_000

for (const name of ['sqlite', 'postgres'] as const) {
  const { rows, note } = SHEETS[name]
  describeEngine(name, `an import of ${rows} rows`, (engine) => {
    test(
      'takes little memory, and lets others read and write meanwhile',
      async () => {
        const env = { DATABASE_URL: await engine.createUrl(), LOG_LEVEL: 'warn', FIXTURES: '0' }
        const service = await createServiceProcess({
          env: { ...env, NODE_OPTIONS: `--max-old-space-size=${HEAP}` },
        })
        onTestFinished(() => service.destroy())
        await service.start(['budget'])
        await importSheet(service.url, ROWS_BEFORE, note)
        const before = await memoryOf(service)

        const done = new AbortController()
        const most = watch(done.signal, 50, () => memoryOf(service))
        const reads = watch(done.signal, 20, () => statusOf(fetch(`${service.url}/v1/budget-items?max_page_size=5`)))
        const writes = watch(done.signal, 100, () =>
          statusOf(postJson(`${service.url}/v1/payees`, { name: 'Meanwhile' })),
        )
        const answer = await importSheet(service.url, rows, note)
        done.abort()

        expect(await answer.json()).toEqual({ rows, created: rows - ROWS_BEFORE, updated: 0, unchanged: ROWS_BEFORE })
        expect(Math.max(...(await most)) - before).toBeLessThan(MOST_GROWTH)
        expect(new Set(await reads)).toEqual(new Set([200]))
        expect((await reads).length).toBeGreaterThan(20)
        // An embedded database has one writer: who waits too long for it is told to come again.
        const expected = name === 'sqlite' ? [201, 503] : [201]
        for (const status of new Set(await writes)) expect(expected).toContain(status)
      },
      PATIENCE,
    )
  })
}

/** Mebibytes that a process has in memory. */
async function memoryOf({ pid }: ServiceProcess): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) / 1024
}

/** Looks again and again until it is told to stop; resolves to what it saw. */
async function watch<T>(signal: AbortSignal, pause: number, look: () => Promise<T>): Promise<readonly T[]> {
  const seen: T[] = []
  for (; !signal.aborted; await sleep(pause)) seen.push(await look())
  return seen
}

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response
  await body?.cancel()
  return status
}
