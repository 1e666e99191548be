import type { Clock, Log } from '@mainspring/core'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** What a use case that only reads may touch. There is no way to write from here. */
export interface Reads {
  readonly db: Reader
  readonly clock: Clock
  readonly log: Log
}

/** What a use case that writes may touch, within the caller's unit of work. */
export interface Writes {
  readonly db: Writer
  readonly clock: Clock
  readonly log: Log
}
