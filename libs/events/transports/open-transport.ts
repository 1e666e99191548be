import type { Log } from '@mainspring/core'
import type { Transport } from './transport.ts'

/** The ways of events from service to service: `memory` is the databases themselves, read in one process. */
export const TRANSPORTS = ['memory', 'nats', 'kinesis'] as const

/** What is to be known of each. */
export interface TransportSettings {
  readonly transport: (typeof TRANSPORTS)[number]
  readonly nats_url: string
  readonly nats_credentials: string | null
  readonly nats_stream: string
  readonly kinesis_stream: string
  readonly kinesis_endpoint: string | null
}

/** Opens the transport that is set, undefined for `memory`. A broker's SDK is loaded only with its transport. */
export async function openTransport(settings: TransportSettings, log: Log): Promise<Transport | undefined> {
  switch (settings.transport) {
    case 'memory':
      return undefined
    case 'nats': {
      const { openNats } = await import('./nats.ts')
      const { nats_url: url, nats_stream: stream, nats_credentials: credentials } = settings
      return openNats({ url, stream, credentials: credentials ?? undefined, log })
    }
    case 'kinesis': {
      const { openKinesis } = await import('./kinesis.ts')
      const { kinesis_stream: stream, kinesis_endpoint: endpoint } = settings
      return openKinesis({ stream, endpoint: endpoint ?? undefined, log })
    }
  }
}
