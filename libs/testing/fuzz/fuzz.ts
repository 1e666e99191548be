import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { createAnswerCheck, type Document } from '../answer-check.ts'
import { damagesTo, valueDamages } from './damage.ts'
import { type Draft, headOf, targetOf, toBytes } from './draft.ts'
import { framings } from './framing.ts'
import { Known } from './known.ts'
import { findBreaches } from './laws.ts'
import { listOperations, type Operation } from './operations.ts'
import { type Making, soundRequests } from './sound.ts'
import { createWire, type Exchange, type Letter, type Wire } from './wire.ts'
import { createWitness, type Witness } from './witness.ts'

/** What is fuzzed, and how. */
export interface FuzzOptions {
  /** A deployment that nobody else writes to meanwhile. */
  readonly url: string
  readonly cases: number
  /** A random one if there is none. The same seed sends the same requests to the same state. */
  readonly seed?: number
  /** Where a failed run ended: of its random requests only the last one is sent. */
  readonly path?: string
  /** Seconds after which it ends, however many cases were sent. */
  readonly seconds?: number
  /** Milliseconds in which every request is to be answered; 10 s if nothing is said. */
  readonly patience?: number
}

/** What the fuzz has seen. */
export interface FuzzReport {
  readonly seed: number
  readonly sent: number
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<string, number>>
  /** The operations that did not succeed when they were asked for soundly: what lies behind them was not reached. */
  readonly unreached: readonly string[]
  /** The first case that broke a law, made as small as it could be; the run ended there. */
  readonly failure: FuzzFailure | undefined
}

/** A case that broke a law. */
export interface FuzzFailure {
  readonly seed: number
  /** Empty when it was among the first visits to each operation, which are made every time. */
  readonly path: string
  readonly breaches: readonly string[]
  /** As sent, up to 2,000 bytes of it. */
  readonly request: string
}

/**
 * Sends a deployment requests for all operations of its own /openapi.json: sound ones, and ones that are wrong in every
 * way we know of, one after the other. Whatever is sent: an answer comes in time, is no 5xx, is as documented and has a
 * request id; and what was refused, or only read, changed nothing. (What changes soon after a write may follow from that by way
 * of events; it is a breach if the same request does it again.)
 *
 * @example
 * expect((await fuzz({ url: service.url, cases: 2_000 })).failure).toBeUndefined()
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { url, cases, seed = Math.floor(Math.random() * 2 ** 31), path, seconds, patience = 10_000 } = options
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document
  const operations = listOperations(document).filter(({ path }) => !path.startsWith(KERNEL))
  const wire = createWire(url, patience)
  const run = await startRun(document, wire, createWitness(url, operations, patience))
  let unreached: readonly string[] = operations.map(({ id }) => id)
  const report = (failure?: FuzzFailure): FuzzReport => ({ seed, ...run.seen(), unreached, failure })
  try {
    unreached = await visit(operations, run, seed)
    const property = fc.asyncProperty(
      fc.oneof(...operations.map((operation) => ({ weight: weightOf(operation), arbitrary: casesOf(operation) }))),
      async (each) => void (await run.tryOut(each)),
    )
    const { failed, counterexamplePath, errorInstance } = await fc.check(property, {
      seed,
      numRuns: cases,
      ...(path === undefined ? {} : { path }),
      ...(seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }),
    })
    return report(failed ? describeFailure(errorInstance, seed, counterexamplePath) : undefined)
  } catch (error) {
    return report(describeFailure(error, seed, null))
  } finally {
    wire.close()
  }
}

/** What is told of listeners and queues changes by itself, and who pauses them changes what follows from all others. */
const KERNEL = '/v1/operations/'

/** How often an operation is asked for soundly until it has succeeded often enough. */
const MOST_VISITS = { rounds: 12, each: 10 }
/**
 * How many resources are made of each kind: with one alone everything else would soon depend on it. As often each list is read,
 * which tells of what there is.
 */
const MADE = 5

/** Asks for each operation, so that there is something to be about; resolves to those that did not succeed. */
async function visit(operations: readonly Operation[], run: Run, seed: number): Promise<readonly string[]> {
  const unreached: string[] = []
  for (const operation of operations) {
    const wanted = /^\/v\d+\/[^/:]+$/.test(operation.path) ? MADE : 1
    let succeeded = 0
    for (const make of visitsOf(operation, seed)) {
      if (succeeded === wanted) break
      const { answers } = await run.tryOut({ make, letterOf: sound })
      if (answers.some(({ status }) => status < 300)) succeeded += 1
    }
    if (succeeded === 0) unreached.push(operation.id)
  }
  return unreached
}

/** Made as they are needed: most operations succeed soon. */
function* visitsOf(operation: Operation, seed: number): Generator<Making> {
  const { rounds, each } = MOST_VISITS
  for (let round = 0; round < rounds; round++) {
    yield* fc.sample(soundRequests(operation), { seed: seed + round, numRuns: each })
  }
}

/** A request, damaged or not. */
interface Case {
  readonly make: Making
  readonly letterOf: (draft: Draft) => Letter
}

/** The more there is to get wrong. */
const weightOf = ({ parameters, body }: Operation): number => 2 + parameters.length + (body ? 2 : 0)

const sound = (draft: Draft): Letter => ({
  bytes: toBytes(headOf(draft), draft.body),
  isHead: draft.method === 'HEAD',
  isLoose: false,
})

function casesOf(operation: Operation): fc.Arbitrary<Case> {
  const making = soundRequests(operation)
  const damaged = fc.tuple(making, fc.array(damagesTo(operation), { minLength: 1, maxLength: 2 })).map(
    ([make, changes]): Making =>
      (known) =>
        changes.reduce((draft, change) => change(draft), make(known)),
  )
  const asIs = (make: Making): Case => ({ make, letterOf: sound })
  const framed = fc.tuple(making, framings).map(
    ([make, frame]): Case => ({
      make,
      letterOf: (draft) => ({ ...sound(draft), bytes: frame(draft), isLoose: true }),
    }),
  )
  return fc.oneof(
    { weight: 6, arbitrary: making.map(asIs) },
    ...(operation.body ? [{ weight: 5, arbitrary: soundRequests(operation, valueDamages).map(asIs) }] : []),
    { weight: 7, arbitrary: damaged.map(asIs) },
    { weight: 1, arbitrary: framed },
  )
}

/** A case broke a law. */
class Breach extends Error {
  readonly breaches: readonly string[]
  readonly request: string

  constructor(breaches: readonly string[], request: string) {
    super(breaches.join('\n'))
    this.breaches = breaches
    this.request = request
  }
}

interface Run {
  /** Sends a case; throws a `Breach`, and that again for ever when the deployment is gone. */
  readonly tryOut: (each: Case) => Promise<Exchange>
  readonly seen: () => Pick<FuzzReport, 'sent' | 'statuses'>
}

async function startRun(document: Document, wire: Wire, witness: Witness): Promise<Run> {
  const check = createAnswerCheck(document)
  const known = new Known()
  const statuses: Record<string, number> = {}
  let sent = 0
  let state = await witness()
  let changed = Number.NEGATIVE_INFINITY
  let end: Breach | undefined
  return {
    async tryOut({ make, letterOf }) {
      if (end) throw end
      const draft = make(known)
      const letter = letterOf(draft)
      const exchange = await wire.exchange(letter)
      const asked = { method: draft.method, target: targetOf(draft), isLoose: letter.isLoose }
      note(draft, exchange)
      const breaches = [...findBreaches(asked, exchange, check), ...(await findEffects(draft, letter, exchange))]
      if (breaches.length === 0) return exchange
      const breach = new Breach(breaches, letter.bytes.toString('latin1', 0, 2_000))
      if (breaches.includes(GONE)) end = breach
      throw breach
    },
    seen: () => ({ sent, statuses }),
  }

  function note({ path }: Draft, { answers }: Exchange): void {
    sent += 1
    for (const answer of answers) {
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      if (answer.status < 300) known.learn(path, answer)
    }
  }

  async function findEffects({ method }: Draft, letter: Letter, exchange: Exchange): Promise<readonly string[]> {
    const before = state
    const after = await witness().catch(() => undefined)
    if (after === undefined) return [GONE]
    state = after
    if (mayChange(method, exchange)) changed = performance.now()
    else if (after !== before && !(await isEcho(method, letter))) {
      return [`it changed something: from ${before} to ${after}`]
    }
    return []
  }

  /** Whether a change may be what follows from an earlier request by way of events or a schedule: then the same again changes nothing. */
  async function isEcho(method: string, letter: Letter): Promise<boolean> {
    if (performance.now() - changed > ECHO.longest) return false
    state = await witnessSilence()
    const exchange = await wire.exchange(letter)
    const before = state
    state = await witness()
    return mayChange(method, exchange) || state === before
  }

  async function witnessSilence(): Promise<string> {
    for (let last = await witness(); ; ) {
      await sleep(ECHO.silence)
      const next = await witness()
      if (next === last) return next
      last = next
    }
  }
}

const mayChange = (method: string, { answers }: Exchange): boolean =>
  answers.length === 0 || (!SAFE.has(method) && !answers.every(({ status }) => status >= 400))

/**
 * Milliseconds after a write in which something may follow from it, and of silence that mean that nothing does any more: schedules
 * look every minute for what has become due.
 */
const ECHO = { longest: 65_000, silence: 100 }

const GONE = 'after it the deployment no longer told its state'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

function describeFailure(error: unknown, seed: number, path: string | null): FuzzFailure {
  // What is no breach is a mistake of the fuzz.
  if (!(error instanceof Breach)) throw error
  return { seed, path: path ?? '', breaches: error.breaches, request: error.request }
}
