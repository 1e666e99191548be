import { parseArgs } from 'node:util'
import { type EngineName, openSource } from './databases.ts'
import { startLoad } from './load/load.ts'
import { type Measurement, measure, type Pace } from './measure.ts'
import { isOperation, type OperationName, operationNames } from './operations.ts'
import { resourceOf, resources } from './resources/index.ts'
import { printHeading, printMeasurement } from './tables.ts'

const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const ROWS = 10_000

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    engine: { type: 'string' },
    resource: { type: 'string' },
  },
})
const pace: Pace = values.quick
  ? { rounds: 3, seconds: 0.7, warmup: 1, connections: 16 }
  : { rounds: 7, seconds: 1.5, warmup: 2, connections: 16 }

const chosen = values.only?.split(',').filter(isOperation) ?? operationNames
const engines = ENGINES.filter((engine) => values.engine === undefined || values.engine === engine)
const measured = values.resource === undefined ? resources : [resourceOf(values.resource)]

const load = startLoad()
const measurements: Measurement[] = []
try {
  for (const engine of engines) await measureEngine(engine, chosen)
} finally {
  load.end()
}

async function measureEngine(engine: EngineName, operations: readonly OperationName[]): Promise<void> {
  const source = await openSource(engine)
  try {
    for (const resource of measured) {
      const template = await source.create(resource, ROWS)
      printHeading(engine, resource.collection)
      for (const operation of operations) {
        const measurement = await measure(source, template, resource, operation, load, pace)
        measurements.push(measurement)
        printMeasurement(measurement)
      }
    }
  } finally {
    await source.close()
  }
}
