import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** One request of a client, on the one connection that it keeps as long as it is kept. */
export interface Attempt {
  /** Sent as X-Request-Id, so that the log tells who answered. */
  readonly id: string
  readonly connection: number
  /** Undefined when it was never answered. */
  readonly status: number | undefined
  readonly milliseconds: number
}

/** Clients that ask one after the other until they are stopped, each on a connection of its own. */
export function startClients(url: string, count: number): { readonly stop: () => Promise<readonly Attempt[]> } {
  const attempts: Attempt[] = []
  let goesOn = true
  let connections = 0
  const all = Array.from({ length: count }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let number = 0, connection = connections++; goesOn; number++) {
      const id = `${client}-${number}`
      const began = performance.now()
      const status = await ask(url, agent, id)
      attempts.push({ id, connection, status, milliseconds: performance.now() - began })
      if (status === undefined) connection = connections++
      await sleep(1)
    }
    agent.destroy()
  })
  return {
    async stop() {
      goesOn = false
      await Promise.all(all)
      return attempts
    },
  }
}

const ask = (url: string, agent: Agent, id: string) =>
  new Promise<number | undefined>((resolve) => {
    get(url, { agent, headers: { 'x-request-id': id }, timeout: 5_000 }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
      response.once('error', () => resolve(undefined))
    })
      .once('timeout', function (this: { destroy: () => void }) {
        this.destroy()
      })
      .once('error', () => resolve(undefined))
  })
