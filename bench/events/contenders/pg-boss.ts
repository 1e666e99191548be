import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type Job, PgBoss } from 'pg-boss'
import { openPart } from '../mill.ts'
import type { OpenContender } from './contender.ts'
import { INSERT } from './insert.ts'

const QUEUE = 'pieces'
/** Items that are taken at once. */
const BATCH = 500

interface Payload {
  readonly number: number
}

/**
 * pg-boss without its polling, which pauses between two batches: items are fetched in batches, and each is completed in the
 * transaction that writes its row, as its documentation has it for effects that must happen once.
 */
export const openPgBoss: OpenContender = async (url, lanes) => {
  await openPart(url, 'mill', {})
  const boss = new PgBoss({ connectionString: url, max: 1, supervise: false, schedule: false })
  boss.on('error', (error) => process.stderr.write(`${String(error)}\n`))
  await boss.start()
  await boss.createQueue(QUEUE)
  const clients = Array.from({ length: lanes }, () => new pg.Client(url))
  await Promise.all(clients.map((client) => client.connect()))

  async function make(client: pg.Client, { id, data }: Job<Payload>): Promise<void> {
    await client.query('begin')
    await client.query({ name: 'insert', text: INSERT, values: [randomUUID(), data.number, new Date().toISOString()] })
    await boss.complete(QUEUE, id, null, { db: { executeSql: (text, values) => client.query(text, values) } })
    await client.query('commit')
  }

  return {
    async bring(count) {
      await boss.insert(
        QUEUE,
        Array.from({ length: count }, (_, number) => ({ data: { number } })),
      )
    },
    async finish() {
      let jobs = await boss.fetch<Payload>(QUEUE, { batchSize: BATCH })
      while (jobs.length > 0) {
        // The next are fetched while these are done.
        const next = boss.fetch<Payload>(QUEUE, { batchSize: BATCH })
        const waiting = jobs.values()
        await Promise.all(
          clients.map(async (client) => {
            for (const job of waiting) await make(client, job)
          }),
        )
        jobs = await next
      }
    },
  }
}
