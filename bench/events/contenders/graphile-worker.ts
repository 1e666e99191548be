import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, run } from 'graphile-worker'
import pg from 'pg'
import { openPart } from '../mill.ts'
import { createTally, type OpenContender } from './contender.ts'
import { INSERT } from './insert.ts'

/**
 * graphile-worker as its page on performance has it: items are taken in batches and marked as done in batches. So a killed
 * process does again what it had done, which is less than the others promise.
 */
export const openGraphileWorker: OpenContender = async (url, lanes) => {
  await openPart(url, 'mill', {})
  // One of them it keeps to be told of jobs.
  const pool = new pg.Pool({ connectionString: url, max: lanes + 1 })
  pool.on('error', (error) => process.stderr.write(`${String(error)}\n`))
  pool.on('connect', (client) => client.on('error', () => {}))
  const tally = createTally()
  let brought = 0
  const runner = await run({
    preset: {
      worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, localQueue: { size: 500 }, concurrentJobs: lanes },
    },
    pgPool: pool,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: {
      async piece(payload, { query }) {
        const { number } = payload as { readonly number: number }
        await query({ name: 'insert', text: INSERT, values: [randomUUID(), number, new Date().toISOString()] } as never)
      },
    },
  })
  runner.events.on('job:success', tally.count)
  return {
    async bring(count) {
      await pool.query(
        `select count(graphile_worker.add_job('piece', json_build_object('number', n))) from generate_series(1, $1) as s(n)`,
        [count],
      )
      brought += count
    },
    async finish() {
      await tally.reach(brought)
      while ((await pool.query('select 1 from graphile_worker.jobs limit 1')).rows.length > 0) await sleep(1)
    },
  }
}
