import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EventTrials, tryEvents } from '@mainspring/events/testing/soak'
import { createDatabase } from '@mainspring/testing'
import type { Ground } from './ground.ts'

/** Kills, freezes and cuts off processes that carry events, so many kills with each transport. */
export async function carryEvents({ server }: Ground, kills: number): Promise<EventTrials> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-events-'))
  let files = 0
  const createUrl = async () => (server ? (await createDatabase(server.url)).url : `sqlite:${folder}/${++files}.db`)
  try {
    return await tryEvents({ server, createUrl, kills })
  } finally {
    await rm(folder, { recursive: true })
  }
}
