import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServiceProcess, describeEachEngine } from '@mainspring/testing'
import { describe, expect, test } from 'vitest'
import { Ledger } from './ledger.ts'

const KILLS = 3
/** Milliseconds; on a machine that does nothing else it is a tenth of it. */
const PATIENCE = 90_000

describe.concurrent('killed while it writes', () => {
  describeEachEngine('a service', (engine) => {
    test(
      'starts again with every acknowledged write, and with nothing by halves',
      async () => {
        const database = await engine.createUrl()
        const service = await createServiceProcess({ env: { DATABASE_URL: database, LOG_LEVEL: 'warn' } })
        await service.start(['sprockets'])
        const ledger = new Ledger(service.url)
        const stop = await ledger.begin()

        for (let kills = 0; kills < KILLS; kills++) {
          for (const before = ledger.acknowledged; ledger.acknowledged < before + 40; ) await sleep(10)
          await sleep(Math.random() * 400)
          await service.end('SIGKILL')
          await service.start(['sprockets'])
        }
        await stop()

        expect(ledger.acknowledged).toBeGreaterThan(100)
        expect(ledger.outcomes.filter(({ status }) => status === undefined).length).toBeGreaterThanOrEqual(KILLS)
        expect(ledger.outcomes.filter(({ status = 0 }) => status >= 500)).toEqual([])
        expect(await ledger.audit()).toEqual([])
        await service.end('SIGTERM')
        if (engine.name === 'sqlite') expect(integrityOf(database)).toBe('ok')
        await service.destroy()
      },
      PATIENCE,
    )
  })
})

function integrityOf(url: string): unknown {
  const database = new DatabaseSync(url.replace('sqlite:', ''), { readOnly: true })
  try {
    return database.prepare('PRAGMA integrity_check').get()?.integrity_check
  } finally {
    database.close()
  }
}
