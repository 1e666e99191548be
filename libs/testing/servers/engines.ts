import type { EngineName } from '@mainspring/data'
import { afterAll, describe, inject } from 'vitest'
import { createDatabase, type TemporaryDatabase } from './database.ts'
import type { ServerEngine } from './global-setup.ts'
import { createScratch } from './scratch.ts'

const ENGINES: readonly EngineName[] = ['sqlite', 'postgres', 'mysql']

/** One of the kinds of database on which the same tests run. */
export interface TestEngine<Name = EngineName> {
  readonly name: Name
  /** Creates an empty database and gives its URL; it is gone when the tests of the block have run. */
  createUrl(): Promise<string>
}

/**
 * Runs the same tests on SQLite, PostgreSQL and MariaDB. Where a server is absent, its tests are skipped with the reason
 * in their name; with `CI=true` they run, and fail with that reason.
 *
 * @example
 * describeEachEngine('paging', (engine) => {
 *   test('a page token continues where the page ended', async () => {
 *     const database = await openDatabase(await engine.createUrl())
 *   })
 * })
 */
export function describeEachEngine(title: string, body: (engine: TestEngine) => void): void {
  for (const name of ENGINES) describeEngine(name, title, body)
}

/** Runs tests on one engine, as `describeEachEngine` does on each. */
export function describeEngine<Name extends EngineName>(
  name: Name,
  title: string,
  body: (engine: TestEngine<Name>) => void,
): void {
  const problem = process.env.CI === 'true' ? undefined : findProblem(name)
  describe.skipIf(problem)(`${title} on ${name}${problem ? ` (skipped: ${problem})` : ''}`, () => {
    const databases: TemporaryDatabase[] = []
    afterAll(async () => {
      for (const { drop } of databases) await drop()
    })
    body({
      name,
      async createUrl() {
        const database = name === 'sqlite' ? createFile() : await createDatabase(await findServer(name))
        databases.push(database)
        return database.url
      },
    })
  })
}

/** The URL of the run's server, started if need be; the databases on it belong to others, so create one of your own. */
export async function findServer(engine: ServerEngine): Promise<string> {
  const response = await fetch(`${inject('test_servers').address}/${engine}`)
  const answer = await response.text()
  if (!response.ok) throw new Error(answer)
  return answer
}

function findProblem(name: EngineName): string | undefined {
  return name === 'sqlite' ? undefined : inject('test_servers').problems[name]
}

function createFile(): TemporaryDatabase {
  const scratch = createScratch()
  return { url: `sqlite:${scratch.folder}/test.db`, drop: () => scratch.remove() }
}
