import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Clock, createLog, systemClock } from '@mainspring/core'
import { draftMigration } from '@mainspring/data'
import type { Resource } from '@mainspring/resource'
import { type CheckedClient, createCheckedClient } from '@mainspring/testing'
import { startProcess } from '../process.ts'
import { type Service, service } from '../service.ts'

/** A service made for a test, running. */
export interface Library {
  readonly url: string
  readonly client: CheckedClient
  readonly stop: () => Promise<void>
}

/** What else it may have. */
export interface LibraryOptions extends Partial<Pick<Service, 'codes' | 'events' | 'listeners' | 'queues'>> {
  readonly clock?: Clock
}

/** Starts a service of some resources on an empty database; its migrations are drafted on the way. */
export async function startLibrary(
  url: string,
  resources: readonly Resource[],
  { clock = systemClock, ...parts }: LibraryOptions = {},
): Promise<Library> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-library-'))
  const migrations = pathToFileURL(`${folder}/`)
  const entities = resources.map(({ entity }) => entity)
  draftMigration({ name: 'library', directory: migrations, tables: entities }, 'initial')
  const library = service({
    name: 'library',
    description: 'Made for a test.',
    connect: () => ({}),
    entities,
    resources,
    ...parts,
    migrations,
  })
  const environment = { ENV: 'testing', PORT: '0', DATA_DIR: folder, LIBRARY_DATABASE_URL: url }
  const running = await startProcess([library], environment, { log: createLog({ level: 'silent' }), clock })
  return {
    url: running.url,
    client: createCheckedClient(running.url),
    async stop() {
      await running.stop()
      await rm(folder, { recursive: true })
    },
  }
}
