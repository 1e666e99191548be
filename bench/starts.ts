import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort, spawnOurs, untilReady } from './servers.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** Milliseconds from `npm start` of all services to the first 200 from /readyz, on SQLite; npm's own time is not in it. */
export interface Starts {
  /** Nothing is there yet: it migrates and loads fixtures. */
  readonly fresh: Spread
  readonly existing: Spread
}

const TIMES = 7

export async function measureStarts(): Promise<Starts> {
  const fresh: number[] = []
  const existing: number[] = []
  // The first time may fill a cache of what was compiled.
  for (let time = -1; time < TIMES; time++) {
    const folder = mkdtempSync(join(tmpdir(), 'mainspring-bench-'))
    const both = [await start(folder), await start(folder)] as const
    rmSync(folder, { recursive: true })
    if (time < 0) continue
    fresh.push(both[0])
    existing.push(both[1])
  }
  return { fresh: spreadOf(fresh), existing: spreadOf(existing) }
}

async function start(folder: string): Promise<number> {
  const PORT = String(await findFreePort())
  const begun = performance.now()
  const child = spawnOurs({ ENV: 'development', PORT, DATA_DIR: folder })
  await untilReady(child, `http://127.0.0.1:${PORT}`)
  const taken = performance.now() - begun
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  return taken
}
