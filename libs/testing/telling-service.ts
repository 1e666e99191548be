import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createLog } from '@mainspring/core'
import { type Service, startProcess } from '@mainspring/service'
import { type CheckedClient, createCheckedClient } from './checked-client.ts'

/** A service that runs, with its fixtures, and whose outbox is looked at from outside. */
export interface TellingService {
  readonly url: string
  readonly client: CheckedClient
  /** What is told while something is done: each event as `item_created budget-items/4711`. */
  readonly listen: (action: () => Promise<unknown>) => Promise<readonly string[]>
  /** All that was told since it began. */
  readonly told: () => readonly string[]
  readonly stop: () => Promise<void>
}

/** Starts a service on an embedded database of its own; the caller stops it. */
export async function startTellingService(service: Service): Promise<TellingService> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-telling-'))
  const environment = { ENV: 'testing', PORT: '0', FIXTURES: '1', DATA_DIR: folder }
  const running = await startProcess([service], environment, { log: createLog({ level: 'silent' }) })
  const outbox = new DatabaseSync(join(folder, `${service.name}.testing.db`), { readOnly: true })
  const told = (): readonly string[] => {
    const rows = outbox.prepare('select type, subject from mainspring_outbox order by number').all()
    return rows.map(({ type, subject }) => `${String(type).slice(service.name.length + 1)} ${subject}`)
  }
  return {
    url: running.url,
    client: createCheckedClient(running.url),
    told,
    async listen(action) {
      const before = told().length
      await action()
      return told().slice(before)
    },
    async stop() {
      outbox.close()
      await running.stop()
      await rm(folder, { recursive: true })
    },
  }
}
