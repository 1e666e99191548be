import { readFile } from 'node:fs/promises'
import type { Log } from '@mainspring/core'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import type { Line, Nats } from './nats-line.ts'
import { natsPublisher } from './nats-publisher.ts'
import { natsSource } from './nats-source.ts'
import type { Transport } from './transport.ts'

/** Where NATS is. */
export interface NatsOptions {
  /** `nats://host:4222` or `tls://…`, several separated by commas; with `user:password@` or `token@` if need be. */
  readonly url: string
  /** A file with a JWT and its key, as `nsc` makes them. */
  readonly credentials?: string | undefined
  /** What all streams and subjects begin with. */
  readonly stream: string
  readonly log: Log
}

/** Milliseconds that an answer may take. */
const PATIENCE = 3_000

/**
 * Carries events by NATS JetStream: for each service a stream, `mainspring-snacks`, with a message for each event under
 * `mainspring.snacks.order_placed`. Who publishes or reads first makes the stream; its limits are then the operator's.
 */
export function openNats(options: NatsOptions): Transport {
  const { stream, log } = options
  let opening: Promise<Line & { readonly connection: NatsConnection }> | undefined
  let isAway = false
  let isClosed = false

  async function open() {
    const { servers, ...login } = parseUrl(options.url)
    const file = options.credentials
    const connection = await connect({
      ...login,
      ...(file === undefined ? {} : { authenticator: credsAuthenticator(await readFile(file)) }),
      servers: [...servers],
      name: stream,
      timeout: PATIENCE,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 5_000,
      maxPingOut: 2,
    })
    void watch(connection)
    const manager = await jetstreamManager(connection, { timeout: PATIENCE, checkAPI: false })
    return { connection, manager, client: jetstream(connection, { timeout: PATIENCE }) }
  }

  async function watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') log.warn('the connection to NATS is lost')
      if (type === 'reconnect') log.info('the connection to NATS is back')
      if (type === 'disconnect' || type === 'reconnect') isAway = type === 'disconnect'
    }
    opening = undefined
  }

  const nats: Nats = {
    stream,
    log,
    async connect() {
      if (isClosed) throw new Error('The transport is closed.')
      opening ??= open()
      const line = await opening.catch((error: unknown) => {
        opening = undefined
        throw error
      })
      // What is sent meanwhile would be kept and sent later.
      if (isAway) throw new Error('There is no connection to NATS.')
      return line
    },
  }
  const sources: ReturnType<typeof natsSource>[] = []

  return {
    name: 'nats',
    publisher: (service) => natsPublisher(nats, service),
    sources(services) {
      const made = services.map((service) => natsSource(nats, service))
      sources.push(...made)
      return made
    },
    async close() {
      isClosed = true
      for (const { close } of sources) await close()
      await (await opening?.catch(() => undefined))?.connection.close()
    },
  }
}

function parseUrl(text: string) {
  const urls = text.split(',').map((each) => new URL(each.trim()))
  const [{ username, password, protocol } = new URL(text)] = urls
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)]
  return {
    servers: urls.map(({ host }) => host),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
    ...(pass ? { user, pass } : user ? { token: user } : {}),
  }
}
