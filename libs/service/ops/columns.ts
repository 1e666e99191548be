import type { LogPositions, SourceLag } from '@mainspring/events'
import type { Consumer } from '../operations/consumers.ts'
import type { ListedLetter } from '../operations/letters.ts'
import { type Column, writeAge, writeShort } from './table.ts'

/** A service as it is listed. */
export type ListedService = LogPositions & { readonly service: string; readonly sources: readonly SourceLag[] }

/** Dead letters that failed alike, as they are listed. */
export interface ListedCause {
  readonly consumer: string
  readonly cause: string
  readonly count: number
  readonly first_time: string
  readonly last_time: string
  readonly examples: readonly string[]
}

/** What somebody did, as it is listed. */
export interface ListedAct {
  readonly consumer: string | null
  readonly dead_letter_id: string | null
  readonly actor: string
  readonly action: string
  readonly payload: { readonly subject?: unknown } | null
  readonly create_time: string
}

export const serviceColumns: readonly Column<ListedService>[] = [
  ['SERVICE', ({ service }) => service],
  ['PUBLISHED', ({ published_position }) => published_position],
  ['RECEIVED', ({ received_position }) => received_position],
  [
    'READERS',
    ({ readers }) => readers.map(({ reader, lag }) => (lag > 0 ? `${reader} (${lag} behind)` : reader)).join(', '),
  ],
  ['SOURCES', ({ sources }) => sources.map(writeSource).join(', ')],
]

function writeSource({ source, lag, lag_seconds }: SourceLag): string {
  if (lag === null && lag_seconds === null) return `${source} (?)`
  const far = [...(lag ? [`${lag}`] : []), ...(lag_seconds ? [`${lag_seconds.toFixed(1)} s`] : [])]
  return far.length > 0 ? `${source} (${far.join(', ')} behind)` : source
}

export const consumerColumns = (now: number): readonly Column<Consumer>[] => [
  ['LISTENER OR QUEUE', ({ id }) => id],
  ['KIND', ({ kind }) => kind.toLowerCase()],
  ['LAG', ({ lag }) => lag],
  ['READY', ({ ready }) => ready],
  ['WAITING', ({ waiting }) => waiting],
  ['BLOCKED', ({ blocked }) => blocked],
  ['IN HAND', ({ in_hand }) => in_hand],
  ['DEAD', ({ dead }) => dead],
  ['ATTEMPTS', ({ most_attempts }) => most_attempts],
  ['OLDEST', ({ oldest_time }) => writeAge(oldest_time, now)],
  [
    '',
    ({ pause_time, declared }) =>
      [...(pause_time ? ['paused'] : []), ...(declared ? [] : ['not in the code'])].join(', '),
  ],
]

export const causeColumns = (now: number): readonly Column<ListedCause>[] => [
  ['COUNT', ({ count }) => count],
  ['LISTENER OR QUEUE', ({ consumer }) => consumer],
  ['CAUSE', ({ cause }) => cause],
  ['FIRST', ({ first_time }) => writeAge(first_time, now)],
  ['LAST', ({ last_time }) => writeAge(last_time, now)],
  ['FOR EXAMPLE', ({ examples }) => examples.join(' ')],
]

export const letterColumns = (now: number): readonly Column<ListedLetter>[] => [
  ['ID', ({ id }) => id],
  ['LISTENER OR QUEUE', ({ consumer }) => consumer],
  ['KEY', ({ key }) => key ?? '-'],
  ['CAUSE', ({ cause }) => writeShort(cause, 32)],
  ['ATTEMPTS', ({ attempts }) => attempts],
  ['FAILED', ({ update_time }) => writeAge(update_time, now)],
  ['ERROR', ({ error }) => writeShort(error, 60)],
]

export const actColumns: readonly Column<ListedAct>[] = [
  ['TIME', ({ create_time }) => create_time],
  ['ACTOR', ({ actor }) => actor],
  ['ACTION', ({ action }) => action],
  ['LISTENER OR QUEUE', ({ consumer }) => consumer ?? '-'],
  [
    'DEAD LETTER OR SUBJECT',
    ({ action, dead_letter_id, payload }) => (action === 'erase' ? String(payload?.subject) : (dead_letter_id ?? '-')),
  ],
]
