import type { EngineName } from '../databases.ts'
import type { Spread } from '../statistics.ts'

/** What one contender did in one turn. CPU is microseconds per item. */
export interface Turn {
  /** Items per second. */
  readonly rate: number
  readonly own: number
  /** Of the database server; 0 where there is none, or it cannot be told. */
  readonly server: number
}

/** The turns of all who did the same, round by round. */
export interface Contest {
  readonly engine: EngineName
  readonly lanes: number
  readonly turns: Readonly<Record<string, readonly Turn[]>>
}

/** What `emit` adds to a create over HTTP: 1 is nothing, 1.25 a quarter. */
export interface EmitCost {
  readonly engine: EngineName
  readonly cpu: Spread
  readonly time: Spread
}

/** Milliseconds from a commit to the commit of what it leads to in another service of the process. */
export interface Latency {
  readonly engine: EngineName | 'memory'
  readonly commit: { readonly p50: number; readonly p99: number }
  readonly effect: { readonly p50: number; readonly p99: number }
}

/** Percent of one core that all services use while nobody asks for anything. */
export interface Idle {
  readonly engine: EngineName
  readonly percent: number
}

/** How a backlog went, from the first event to the last. */
export interface Backlog {
  readonly engine: EngineName
  readonly events: number
  /** Events per second in each tenth. */
  readonly rates: readonly number[]
  /** Bytes: before it began, and at most. */
  readonly memory: { readonly before: number; readonly most: number }
}

/** What was measured of events. */
export interface EventResults {
  readonly contests: readonly Contest[]
  readonly costs: readonly EmitCost[]
  readonly latencies: readonly Latency[]
  readonly idles: readonly Idle[]
  readonly backlogs: readonly Backlog[]
}
