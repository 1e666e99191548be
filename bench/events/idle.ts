import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseSource } from '../databases.ts'
import { startOurs } from '../servers.ts'
import type { Idle } from './results.ts'

const SETTLING_MS = 4_000

/** Starts all services and looks what they use while nobody asks for anything. */
export async function measureIdle(source: DatabaseSource, seconds: number): Promise<Idle> {
  const server = await startOurs(await source.createForAll())
  try {
    await sleep(SETTLING_MS)
    const before = await server.usage()
    const start = performance.now()
    await sleep(seconds * 1_000)
    const after = await server.usage()
    const elapsed = (performance.now() - start) * 1_000
    return { engine: source.engine, percent: ((after.cpu - before.cpu) / elapsed) * 100 }
  } finally {
    await server.end()
  }
}
