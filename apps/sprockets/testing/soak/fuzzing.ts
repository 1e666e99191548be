import { type FuzzFailure, fuzz } from '@mainspring/testing'
import type { Ground } from './ground.ts'
import { readUsage, type Usage } from './usage.ts'

/** What became of many requests, most of them wrong. */
export interface Fuzzing {
  readonly sent: number
  readonly failures: readonly FuzzFailure[]
  readonly errors: number
  readonly usage: Usage
}

/** As many failures are told as somebody can look at. */
const MOST_FAILURES = 10
/** In one run, so that its state does not grow for ever. */
const CASES = 10_000

/** Fuzzes all services on this ground; after a failure it goes on with another seed. */
export async function fuzzServices(ground: Ground, cases: number, seed: number): Promise<Fuzzing> {
  const [service] = await ground.startServices()
  if (!service) throw new Error('There is no service to fuzz.')
  const failures: FuzzFailure[] = []
  let sent = 0
  for (let run = 0; sent < cases && failures.length < MOST_FAILURES; run++) {
    const report = await fuzz({ url: service.url, cases: Math.min(CASES, cases - sent), seed: seed + run })
    sent += report.sent
    if (report.failure) failures.push(report.failure)
  }
  const usage = readUsage(service)
  await service.end('SIGTERM')
  return { sent, failures, errors: service.log.length, usage }
}
