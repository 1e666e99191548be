import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { carryEvents } from './eventing.ts'
import { fuzzServices } from './fuzzing.ts'
import { type EngineName, prepareGround, SERVERS } from './ground.ts'
import { writeThroughMishaps } from './mishaps.ts'
import { runRaces } from './racing.ts'
import { describeEvents, describeSoak, listWrongs, type Soak } from './report.ts'

const PARTS = ['fuzz', 'mishaps', 'races', 'events']

// What takes longer than a suite may: npm run soak -- [--engine sqlite] [--only events] [--cases 100000] [--minutes 5]
// [--seconds 60] [--kills 50] [--write]
// Per engine so many requests of the fuzzer, minutes of writing through mishaps, seconds of races, and kills of processes
// that carry events with each transport.
const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(SERVERS) },
    cases: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    kills: { type: 'string', default: '50' },
    only: { type: 'string', multiple: true, default: PARTS },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    write: { type: 'boolean', default: false },
  },
})

const PAGE = new URL('../../../../docs/reliability.md', import.meta.url)
const isWanted = (part: string): boolean => values.only.includes(part)
const stranger = values.only.find((part) => !PARTS.includes(part))
if (stranger !== undefined) throw new Error(`--only is one of ${PARTS.join(', ')}, not ${stranger}.`)

const soaks: Soak[] = []
for (const engine of values.engine) {
  if (!isEngine(engine)) throw new Error(`--engine is one of ${Object.keys(SERVERS).join(', ')}, not ${engine}.`)
  soaks.push(await soak(engine))
  // Who breaks off an hour of it has what is done.
  console.log(`\n${describeSoak(soaks)}\n\n${describeEvents(soaks)}\n`)
}
const wrongs = listWrongs(soaks)
for (const wrong of wrongs) console.log(wrong)
if (values.write) {
  const { cases, minutes, seconds, kills } = values
  // What was not run keeps the figures that it has.
  if (PARTS.every((part) => part === 'events' || isWanted(part)))
    writePage('soak', `${cases} requests, ${minutes} minutes and ${seconds} seconds per engine`, describeSoak(soaks))
  if (isWanted('events')) writePage('soak of events', `${kills} kills per engine and transport`, describeEvents(soaks))
}
process.exitCode = wrongs.length > 0 ? 1 : 0

function isEngine(name: string): name is EngineName {
  return name in SERVERS
}

async function soak(engine: EngineName): Promise<Soak> {
  const ground = await prepareGround(engine)
  const run = async <T>(part: string, work: () => Promise<T>): Promise<T | undefined> => {
    if (!isWanted(part)) return undefined
    console.log(`${engine}: ${part}, seed ${values.seed}`)
    return await work()
  }
  try {
    const fuzzing = await run('fuzz', () => fuzzServices(ground, Number(values.cases), Number(values.seed)))
    const mishaps = await run('mishaps', () => writeThroughMishaps(ground, Number(values.minutes)))
    const racing = await run('races', () => runRaces(ground, Number(values.seconds)))
    const eventing = await run('events', () => carryEvents(ground, Number(values.kills)))
    return { engine, fuzzing, mishaps, racing, eventing }
  } finally {
    await ground.clear()
  }
}

function writePage(block: string, measure: string, table: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const [begin, end] = [`<!-- ${block} -->`, `<!-- /${block} -->`]
  const [before = '', rest = ''] = page.split(begin)
  const [, after = ''] = rest.split(end)
  const day = new Date().toISOString().slice(0, 10)
  const told = `${measure} on ${availableParallelism()} cores, ${day}:`
  writeFileSync(PAGE, `${before}${begin}\n${told}\n\n${table}\n${end}${after}`)
}
