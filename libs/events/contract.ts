import { isDeepStrictEqual } from 'node:util'
import type { Schema } from '@mainspring/core'
import type { EventType } from './event.ts'
import { listNarrowings } from './narrowing.ts'
import { dataSchemaOf, without } from './schema.ts'

/** What others rely on in one type of event. */
export interface EventContract {
  readonly version: number
  readonly subject: string
  readonly description: string
  /** The schema of what it says. */
  readonly data: Schema
}

/** What others rely on in the events of one service, by type: plain JSON, committed as its `events.json`. */
export type Contract = Readonly<Record<string, EventContract>>

/** What a service promises by its events, in the order of their names. */
export function contractOf(events: readonly EventType[]): Contract {
  const entries = events.map((event) => {
    const { type, version, subject, description } = event
    return [type, { version, subject, description, data: dataSchemaOf(event) }] as const
  })
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * What a changed contract breaks, each a sentence: events that were emitted before, and still are on their way, would no
 * longer be understood, or no longer be in order. Nothing broken is an empty list.
 */
export function compareContracts(before: Contract, after: Contract): readonly string[] {
  return Object.entries(before).flatMap(([type, old]) => {
    const current = after[type]
    if (!current) return [`${type} is gone.`]
    return compareEvents(old, current).map((sentence) => `${type}: ${sentence}`)
  })
}

function compareEvents(before: EventContract, after: EventContract): readonly string[] {
  const narrowings = listNarrowings(before.data, after.data)
  if (narrowings.length > 0) return narrowings
  if (after.subject !== before.subject) return [`its subject is no longer ${before.subject}, but ${after.subject}.`]
  if (after.version < before.version) return [`its version goes down, from ${before.version} to ${after.version}.`]
  if (after.version > before.version || isDeepStrictEqual(rulesOf(before.data), rulesOf(after.data))) return []
  return [`it has changed, so its version is ${before.version + 1}.`]
}

/** A schema without the words for who reads it. */
const rulesOf = (schema: Schema): Schema => without(['description', 'examples'], schema)
