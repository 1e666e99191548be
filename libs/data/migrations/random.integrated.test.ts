import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@mainspring/core'
import { describeEachEngine } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { type Location, openEngine } from '../open.ts'
import { draftMigration } from './draft.ts'
import type { MigrationSet } from './migration-file.ts'
import { migrate } from './runner.ts'
import { introspect } from './testing/introspect.ts'
import { dying, type Kill, kills } from './testing/kill.ts'
import { insertRows, readRows, rowsAfter, rowsFor } from './testing/random-rows.ts'
import { type Plan, plans, reachableFrom, tablesOf } from './testing/random-tables.ts'

const log = createLog({ level: 'silent' })
const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const unique = () => `test_${count++}`

/** Answers that come round and round. */
const answers = fc.array(fc.boolean(), { minLength: 7, maxLength: 7 })

describeEachEngine('random tables', (server) => {
  let given: Promise<string> | undefined

  /** On PostgreSQL it is a schema, because a database takes long to make. */
  async function createLocation(): Promise<Location> {
    if (server.name === 'sqlite') return { url: `sqlite:${join(folder, unique())}.db`, service: 'test' }
    if (server.name === 'mysql') return { url: await server.createUrl(), service: 'test' }
    given ??= server.createUrl()
    return { url: await given, service: unique() }
  }

  async function using<T>(location: Location, work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await openEngine(location, { log, durable: false, pool_size: 2 })
    return await work(engine).finally(engine.close)
  }

  function draft(...plans: readonly Plan[]): MigrationSet {
    const directory = join(folder, unique())
    const sets = plans.map((plan) => ({ name: 'test', directory, tables: tablesOf(plan) }))
    sets.forEach((set, index) => void draftMigration(set, `number_${index}`))
    return { name: 'test', directory, tables: [] }
  }

  async function becomesAsIfFresh(before: Plan, target: Plan, nulls: readonly boolean[], deaths: readonly Kill[]) {
    const after = reachableFrom(before, target)
    let asked = 0
    const rows = rowsFor(before, after, () => nulls[asked++ % nulls.length] ?? false)
    const [old, fresh] = [await createLocation(), await createLocation()]
    await using(old, async (engine) => {
      await migrate(engine, [draft(before)], log)
      await insertRows(engine, before, rows)
    })

    const set = draft(before, after)
    for (const death of deaths) {
      await using(old, (engine) => migrate(dying(engine, death), [set], log)).catch((error: Error) => {
        expect(error.message).toContain('killed')
      })
    }
    await using(old, (engine) => migrate(engine, [set], log))
    await using(fresh, (engine) => migrate(engine, [draft(after)], log))

    expect(await using(old, introspect)).toEqual(await using(fresh, introspect))
    expect(await using(old, (engine) => readRows(engine, after))).toEqual(rowsAfter(before, after, rows))
  }

  test('become others with all their rows, wherever it is killed on the way', async () => {
    await fc.assert(fc.asyncProperty(plans, plans, answers, kills, becomesAsIfFresh), { numRuns: 20 })
  })
})
