import type { EngineName } from '@mainspring/data'
import { afterAll, describe, inject } from 'vitest'
import { createDatabase, type TemporaryDatabase } from './database.ts'
import type { ServerName } from './global-setup.ts'
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
  describeOn(name, title, () => {
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

/**
 * Runs tests that need a server, or with `sqlite` none; without it they are skipped with the reason in their name. With
 * `CI=true` they run, and fail with that reason.
 */
export function describeOn(name: ServerName | 'sqlite', title: string, body: () => void): void {
  const problem = process.env.CI === 'true' ? undefined : findProblem(name)
  describe.skipIf(problem)(`${title} on ${name}${problem ? ` (skipped: ${problem})` : ''}`, body)
}

/** The URL of the run's server, started if need be; what is on it belongs to others, so make what you need of your own. */
export async function findServer(name: ServerName): Promise<string> {
  const response = await fetch(`${inject('test_servers').address}/${name}`)
  const answer = await response.text()
  if (!response.ok) throw new Error(answer)
  return answer
}

function findProblem(name: ServerName | 'sqlite'): string | undefined {
  return name === 'sqlite' ? undefined : inject('test_servers').problems[name]
}

function createFile(): TemporaryDatabase {
  const scratch = createScratch()
  return { url: `sqlite:${scratch.folder}/test.db`, drop: () => scratch.remove() }
}
