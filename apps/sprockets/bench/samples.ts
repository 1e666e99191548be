import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, integer } from '@mainspring/core'
import {
  createDatabase,
  type Database,
  draftMigration,
  type Kysely,
  migrate,
  openEngine,
  type Selects,
  type TablesOf,
  table,
} from '@mainspring/data'
import { Factory } from '../entities/factory.ts'
import { appendSamples } from '../services/factory-service.ts'

// What one factory's samples cost in one JSON column, as they are kept, against a row each in a table of their own:
// npx node apps/sprockets/bench/samples.ts [url]. Prints milliseconds per append of one sample and per read of the whole series, medians.

const samples = table(
  'samples',
  { plant_id: integer(), time: integer(), actual: integer(), goal: integer() },
  { primary_key: ['plant_id', 'time'] },
)
type Tables = TablesOf<[typeof samples]>

const SIZES = [20, 100, 500, 1_000, 2_500, 5_000, 9_900]
const ROUNDS = 60

const folder = mkdtempSync(join(tmpdir(), 'mainspring-samples-'))
const log = createLog({ level: 'silent' })
const engine = await openEngine(
  { url: process.argv[2] ?? `sqlite:${join(folder, 'samples.db')}`, service: 'samples' },
  { log },
)
const database = createDatabase({ engine, entities: [Factory] })
try {
  const set = { name: 'samples', directory: folder, tables: [Factory, samples] }
  draftMigration(set, 'initial')
  await migrate(engine, [set], log)
  process.stdout.write(`${engine.version}\n  samples  append: column   table   read: column   table\n`)
  for (const [plant, size] of SIZES.entries()) {
    const figures = [await appendToColumn(database, size), await appendToTable(database, plant, size)]
    const reads = [await readColumn(database, size), await readTable(database, plant)]
    process.stdout.write(
      `  ${String(size).padStart(7)} ${[...figures, ...reads].map((figure) => figure.toFixed(2).padStart(11)).join('')}\n`,
    )
  }
} finally {
  await database.close()
  rmSync(folder, { recursive: true })
}

async function appendToColumn(database: Database, size: number): Promise<number> {
  const time = Array.from({ length: size }, (_, index) => index + 1)
  const values = time.map(() => 30)
  const id = `f${size}`
  const chart_data = { sprocket_production_actual: values, sprocket_production_goal: values, time }
  await database.write((db) => db.insert(Factory, { id, chart_data }))
  return median((round) =>
    database.write((db) =>
      appendSamples(
        { db, emit: async () => {} },
        { id, sprocket_production_actual: [1], sprocket_production_goal: [1], time: [size + 1 + round] },
      ),
    ),
  )
}

async function appendToTable(database: Database, plant_id: number, size: number): Promise<number> {
  const insert = (from: number, count: number) =>
    database.write((db) =>
      db.execute((query: Kysely<Tables>) =>
        query
          .insertInto('samples')
          .values(
            Array.from({ length: count }, (_, index) => ({ plant_id, time: from + index, actual: 30, goal: 30 })),
          ),
      ),
    )
  for (let from = 1; from <= size; from += 500) await insert(from, Math.min(500, size - from + 1))
  return median((round) => insert(size + 1 + round, 1))
}

function readColumn(database: Database, size: number): Promise<number> {
  return median(() => database.reader.get(Factory, `f${size}`))
}

function readTable(database: Database, plant_id: number): Promise<number> {
  return median(async () => {
    const rows = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('samples').selectAll().where('plant_id', '=', plant_id).orderBy('time'),
    )
    return {
      sprocket_production_actual: rows.map(({ actual }) => actual),
      sprocket_production_goal: rows.map(({ goal }) => goal),
      time: rows.map(({ time }) => time),
    }
  })
}

async function median(work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await work(round)
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2] ?? Number.NaN
}
