import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort, mainFile, untilReady } from './servers.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** Milliseconds from the spawn of the process with all services to its first 200 from /readyz, on SQLite. */
export interface Starts {
  /** Nothing is there yet: it migrates and loads fixtures. */
  readonly fresh: Spread
  readonly existing: Spread
}

const TIMES = 7

export async function measureStarts(): Promise<Starts> {
  const fresh: number[] = []
  const existing: number[] = []
  for (let time = 0; time < TIMES; time++) {
    const folder = mkdtempSync(join(tmpdir(), 'mainspring-bench-'))
    fresh.push(await start(folder))
    existing.push(await start(folder))
    rmSync(folder, { recursive: true })
  }
  return { fresh: spreadOf(fresh), existing: spreadOf(existing) }
}

async function start(folder: string): Promise<number> {
  const PORT = String(await findFreePort())
  const begun = performance.now()
  const child = spawn(process.execPath, [mainFile], {
    env: { PATH: process.env.PATH, ENV: 'development', PORT, DATA_DIR: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await untilReady(child, `http://127.0.0.1:${PORT}`)
  const taken = performance.now() - begun
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  return taken
}
