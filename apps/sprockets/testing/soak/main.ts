import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { fuzzServices } from './fuzzing.ts'
import { type EngineName, prepareGround, SERVERS } from './ground.ts'
import { writeThroughMishaps } from './mishaps.ts'
import { runRaces } from './racing.ts'
import { describeSoak, listWrongs, type Soak } from './report.ts'

// What takes longer than a suite may: npm run soak -- [--engine sqlite] [--cases 100000] [--minutes 5] [--seconds 60] [--write]
// Per engine so many requests of the fuzzer, minutes of writing through mishaps, and seconds of races.
const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(SERVERS) },
    cases: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    write: { type: 'boolean', default: false },
  },
})

const PAGE = new URL('../../../../docs/reliability.md', import.meta.url)
const [BEGIN, END] = ['<!-- soak -->', '<!-- /soak -->']

const soaks: Soak[] = []
for (const engine of values.engine) {
  if (!isEngine(engine)) throw new Error(`--engine is one of ${Object.keys(SERVERS).join(', ')}, not ${engine}.`)
  soaks.push(await soak(engine))
}
const table = describeSoak(soaks)
const wrongs = listWrongs(soaks)
console.log(`\n${table}\n`)
for (const wrong of wrongs) console.log(wrong)
if (values.write) writePage(table)
process.exitCode = wrongs.length > 0 ? 1 : 0

function isEngine(name: string): name is EngineName {
  return name in SERVERS
}

async function soak(engine: EngineName): Promise<Soak> {
  const ground = await prepareGround(engine)
  try {
    console.log(`${engine}: fuzzing, seed ${values.seed}`)
    const fuzzing = await fuzzServices(ground, Number(values.cases), Number(values.seed))
    console.log(`${engine}: writing through mishaps`)
    const mishaps = await writeThroughMishaps(ground, Number(values.minutes))
    console.log(`${engine}: racing`)
    const racing = await runRaces(ground, Number(values.seconds))
    return { engine, fuzzing, mishaps, racing }
  } finally {
    await ground.clear()
  }
}

function writePage(table: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const [before = '', rest = ''] = page.split(BEGIN)
  const [, after = ''] = rest.split(END)
  const day = new Date().toISOString().slice(0, 10)
  const cores = availableParallelism()
  const told = `${values.cases} requests, ${values.minutes} minutes and ${values.seconds} seconds per engine on ${cores} cores, ${day}:`
  writeFileSync(PAGE, `${before}${BEGIN}\n${told}\n\n${table}\n${END}${after}`)
}
