import type { Depths } from '../depth.ts'
import type { EventResults } from '../events/results.ts'
import type { Measurement, Pace } from '../measure.ts'
import type { Memory } from '../memory.ts'
import type { Profile } from '../profile.ts'
import type { Starts } from '../starts.ts'

/** Everything that one run has measured. */
export interface Results {
  readonly machine: Machine
  readonly pace: Pace
  readonly rows: number
  readonly measurements: readonly Measurement[]
  readonly depths: readonly Depths[]
  readonly memories: readonly Memory[]
  readonly starts: Starts | undefined
  readonly profiles: readonly Profile[]
  readonly events: EventResults
  /** What could not be measured, and why. */
  readonly failures: readonly string[]
}

/** Where and of what it was measured. */
export interface Machine {
  readonly date: string
  readonly commit: string
  readonly processor: string
  readonly memory: string
  readonly system: string
  /** Of Node, the engines and the framework. */
  readonly versions: readonly string[]
  /** Processes that wanted a core when the run began: what disturbed it. */
  readonly load: string
}
