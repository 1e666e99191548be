import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { Log } from '@mainspring/core'

/** The way to Kinesis. */
export interface Kinesis {
  readonly client: KinesisClient
  readonly stream: string
  readonly isEmulated: boolean
  readonly log: Log
  readonly pause: number
}
