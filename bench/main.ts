import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type DatabaseSource, type EngineName, openSource } from './databases.ts'
import { type Depths, measureDepths } from './depth.ts'
import { startLoad } from './load/load.ts'
import { type Measurement, measure, type Pace } from './measure.ts'
import { isOperation, operationNames } from './operations.ts'
import { type Profile, profile } from './profile.ts'
import { describeMachine } from './report/machine.ts'
import { print, printDepths, printHeading, printMeasurement, printProfile, range } from './report/print.ts'
import type { Results } from './report/results.ts'
import { writeReport } from './report/write.ts'
import { resourceOf, resources } from './resources/index.ts'
import { measureStarts } from './starts.ts'

const HELP = `make bench                          measures everything and writes docs/performance.md
make bench ARGS=--quick             a short look at all operations; only prints
make bench ARGS='--only get,create' these alone; only prints. Also: depth, start, profile
    --engine sqlite|postgres        on one engine
    --resource sprockets            of one resource
    --save FILE                     the results as JSON, too
`
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const ROWS = 10_000

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    engine: { type: 'string' },
    resource: { type: 'string' },
    save: { type: 'string' },
  },
})
const pace: Pace = values.quick
  ? { rounds: 3, seconds: 0.7, warmup: 1, connections: 16 }
  : { rounds: 7, seconds: 1, warmup: 1.5, connections: 16 }
const isWhole =
  !values.quick && values.only === undefined && values.engine === undefined && values.resource === undefined
const chosen = values.only?.split(',')
const asked = chosen?.filter(isOperation) ?? operationNames
const wants = (part: string): boolean => chosen?.includes(part) ?? !values.quick
const engines = ENGINES.filter((engine) => values.engine === undefined || values.engine === engine)
const measured = values.resource === undefined ? resources : [resourceOf(values.resource)]

if (values.help) print(HELP)
else await run()

async function run(): Promise<void> {
  const machine = describeMachine()
  const measurements: Measurement[] = []
  const depths: Depths[] = []
  const profiles: Profile[] = []
  const load = startLoad()
  try {
    for (const engine of engines) await withSource(engine, measureEngine)
    const starts = wants('start') ? await measureStarts() : undefined
    if (starts) print(`\nready after (ms) ${range(starts.fresh, 0)} fresh, ${range(starts.existing, 0)} with data`)
    if (values.save !== undefined || isWhole)
      finish({ machine, pace, rows: ROWS, measurements, depths, starts, profiles })
  } finally {
    load.end()
  }

  async function measureEngine(source: DatabaseSource): Promise<void> {
    for (const resource of measured) {
      const template = await source.create(resource, ROWS)
      if (asked.length > 0) printHeading(source.engine, resource.collection)
      for (const operation of asked) {
        const measurement = await measure(source, template, resource, operation, load, pace)
        measurements.push(measurement)
        printMeasurement(measurement)
      }
      for (const operation of wants('profile') ? (['get', 'create'] as const) : []) {
        const seen = await profile(source, template, resource, operation, load, pace)
        profiles.push(seen)
        printProfile(seen)
      }
    }
    const [first] = measured
    if (!first || !wants('depth')) return
    const seen = await measureDepths(source, first, load)
    depths.push(seen)
    printDepths(seen)
  }
}

async function withSource(engine: EngineName, work: (source: DatabaseSource) => Promise<void>): Promise<void> {
  const source = await openSource(engine)
  try {
    await work(source)
  } finally {
    await source.close()
  }
}

function finish(results: Results): void {
  if (values.save !== undefined) writeFileSync(values.save, JSON.stringify(results))
  if (isWhole) writeReport(results)
}
