import type { DatabaseSource } from '../databases.ts'
import { spawnFile } from '../servers.ts'
import { answerOf } from './ask.ts'
import type { Backlog } from './results.ts'

/** Has a process of its own drain a backlog of so many events. */
export async function drainBacklog(source: DatabaseSource, events: number): Promise<Backlog> {
  const url = await source.createEmpty()
  const child = spawnFile('bench/events/contenders/backlog.ts', [url, String(events)])
  try {
    return { engine: source.engine, ...(await answerOf<Omit<Backlog, 'engine'>>(child)) }
  } finally {
    child.kill('SIGKILL')
  }
}
