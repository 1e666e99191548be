import { type Contract, compareContracts, contractOf, type EventType } from '@mainspring/events'

/** What the committed contract of a service's events comes to, once its code has had its say. */
export interface Review {
  /** What the file should hold; none for a service without events. */
  readonly text: string | undefined
  /** What nobody may write over it, each a sentence. */
  readonly broken: readonly string[]
}

/** Compares a committed contract, the text of `apps/<service>/events.json`, with what the code declares. */
export function reviewContract(committed: string | undefined, events: readonly EventType[]): Review {
  const before: Contract = JSON.parse(committed ?? '{}')
  const after = contractOf(events)
  return {
    text: events.length > 0 || committed !== undefined ? `${JSON.stringify(after, null, 2)}\n` : undefined,
    broken: compareContracts(before, after),
  }
}
