import { isDeepStrictEqual } from 'node:util'
import { type CheckedClient, createCheckedClient } from '@mainspring/testing'
import { races } from '../races.ts'
import type { Ground } from './ground.ts'

/** How races ended. */
export interface Racing {
  readonly rounds: number
  readonly wrong: readonly string[]
}

const RIVALS = 20

/** Runs all races in turn for some seconds: against two processes on one database, where that may be. */
export async function runRaces(ground: Ground, seconds: number): Promise<Racing> {
  const services = await ground.startServices(ground.server ? 2 : 1)
  const client = alternate(services.map(({ url }) => createCheckedClient(url)))
  const wrong: string[] = []
  let rounds = 0
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; ) {
    for (const [title, race] of Object.entries(races)) {
      const { ended, due } = await race(client, RIVALS)
      rounds += 1
      if (!isDeepStrictEqual(ended, due)) wrong.push(`${title}: ${JSON.stringify(ended)}, not ${JSON.stringify(due)}`)
    }
  }
  return { rounds, wrong }
}

/** A client whose requests go to each process in turn. */
function alternate(clients: readonly CheckedClient[]): CheckedClient {
  let sent = 0
  const next = (): CheckedClient => {
    const client = clients[sent++ % clients.length]
    if (!client) throw new Error('There is no process to send to.')
    return client
  }
  return {
    get: (...request) => next().get(...request),
    post: (...request) => next().post(...request),
    patch: (...request) => next().patch(...request),
    put: (...request) => next().put(...request),
    delete: (...request) => next().delete(...request),
    send: (...request) => next().send(...request),
  }
}
