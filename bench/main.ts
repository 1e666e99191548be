import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type DatabaseSource, type EngineName, openSource } from './databases.ts'
import { type Depths, measureDepths } from './depth.ts'
import { type Gathered, MANY, measureBacklog, measureEvents } from './events/measure.ts'
import { startLoad } from './load/load.ts'
import { type Measurement, measure, type Pace } from './measure.ts'
import { type Memory, measureMemory } from './memory.ts'
import { isOperation, operationNames } from './operations.ts'
import { type Profile, profile } from './profile.ts'
import { printEvents } from './report/events.ts'
import { describeMachine } from './report/machine.ts'
import { printDepths, printHeading, printMeasurement, printMemory, printProfile, printStarts } from './report/print.ts'
import { print, say } from './report/say.ts'
import { writeBacklog, writeEvents, writeReport } from './report/write.ts'
import { resourceOf, resources } from './resources/index.ts'
import { measureStarts, type Starts } from './starts.ts'

const HELP = `make bench                          measures everything and writes docs/performance.md
make bench ARGS=--quick             a short look at all operations; only prints
make bench ARGS='--only get,create' these alone; only prints. Also: profile, depth, memory, start
                                    also: events, and backlog, which is a million of them and in no other run;
                                    each by itself writes its part of the page
    --engine sqlite|postgres        on one engine
    --resource budget-items         of one resource
    --save FILE                     the results as JSON, too
`
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const PARTS: readonly string[] = ['profile', 'depth', 'memory', 'start', 'events', 'backlog']
const PROFILED = ['get', 'list-uncached', 'create'] as const
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
  ? { rounds: 3, seconds: 0.4, warmup: 0.8, connections: 16 }
  : { rounds: 7, seconds: 0.4, warmup: 4, connections: 16 }
const isOnAll = !values.quick && values.engine === undefined && values.resource === undefined
const isWhole = isOnAll && values.only === undefined
const chosen = values.only?.split(',')
const unknown = chosen?.find((name) => !isOperation(name) && !PARTS.includes(name))
const asked = chosen?.filter(isOperation) ?? operationNames
const wants = (part: string): boolean => chosen?.includes(part) ?? !values.quick
const engines = ENGINES.filter((engine) => values.engine === undefined || values.engine === engine)
const measured = values.resource === undefined ? resources : [resourceOf(values.resource)]

if (values.help) print(HELP)
else if (unknown !== undefined) throw new Error(`There is nothing to measure that is called ${unknown}.\n${HELP}`)
else await run()

async function run(): Promise<void> {
  const machine = describeMachine()
  const measurements: Measurement[] = []
  const depths: Depths[] = []
  const memories: Memory[] = []
  const profiles: Profile[] = []
  const failures: string[] = []
  const events: Gathered = { contests: [], costs: [], latencies: [], idles: [], backlogs: [] }
  let starts: Starts | undefined
  const load = startLoad()
  try {
    for (const engine of engines) {
      const source = await openSource(engine)
      try {
        await measureEngine(source)
      } finally {
        await source.close()
      }
    }
    if (wants('start')) {
      await attempt('start', async () => {
        starts = await measureStarts()
        printStarts(starts)
      })
    }
  } finally {
    load.end()
  }
  const results = { machine, pace, rows: ROWS, measurements, depths, memories, starts, profiles, events, failures }
  if (values.save !== undefined) writeFileSync(values.save, JSON.stringify(results))
  if (isWhole) writeReport(results)
  if (isOnAll && (isWhole || values.only === 'events')) writeEvents(results)
  if (isOnAll && values.only === 'backlog') writeBacklog(results)
  printEvents(events)
  for (const failure of failures) print(`Not measured: ${failure}`)
  say('done')
  if (failures.length > 0) process.exitCode = 1

  async function measureEngine(source: DatabaseSource): Promise<void> {
    const { engine } = source
    for (const resource of measured) {
      const { collection } = resource
      const template = await source.create(resource, resource.rows ?? ROWS)
      const operations = asked.filter((operation) => resource.operations.includes(operation))
      if (operations.length > 0) printHeading(engine, collection)
      for (const operation of operations) {
        await attempt(`${operation} of ${collection} on ${engine}`, async () => {
          const measurement = await measure(source, template, resource, operation, load, pace)
          measurements.push(measurement)
          printMeasurement(measurement)
        })
      }
      const profiled = PROFILED.filter((operation) => wants('profile') && resource.operations.includes(operation))
      for (const operation of profiled) {
        await attempt(`profile of ${operation} of ${collection} on ${engine}`, async () => {
          const seen = await profile(source, template, resource, operation, load, pace)
          profiles.push(seen)
          printProfile(seen)
        })
      }
    }
    const [first] = measured
    if (first && wants('depth')) {
      await attempt(`depth on ${engine}`, async () => {
        const seen = await measureDepths(source, first, load)
        depths.push(seen)
        printDepths(seen)
      })
    }
    if (wants('memory')) {
      await attempt(`memory on ${engine}`, async () => {
        const seen = await measureMemory(source, load)
        memories.push(seen)
        printMemory(seen)
      })
    }
    if (wants('events')) await measureEvents(source, load, { pace, isQuick: values.quick }, events, attempt)
    if (chosen?.includes('backlog')) await measureBacklog(source, values.quick ? MANY / 10 : MANY, events, attempt)
  }

  /** What fails is tried once more; what fails again is named at the end, and does not stop the rest. */
  async function attempt(title: string, work: () => Promise<void>): Promise<void> {
    say(title)
    try {
      await work()
    } catch (error) {
      say(`${title} failed and is tried again. ${String(error)}`)
      await work().catch((again: unknown) => {
        failures.push(`${title}. ${String(again)}`)
      })
    }
  }
}
