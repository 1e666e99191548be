import type { Writes } from '@mainspring/events'

/** Where the books are kept. */
export interface Locality {
  /** National phone numbers are read as dialled here (ISO 3166-1); without it only international ones are taken. */
  readonly region: string | null
  /** Decides what day it is (IANA). */
  readonly time_zone: string
}

/** What a use case that writes may touch. */
export type BudgetWrites = Writes & { readonly locality: Locality }
