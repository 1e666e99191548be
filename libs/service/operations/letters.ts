import { AppError, notFound, toTimestamp } from '@mainspring/core'
import { type DeadLetter, type DeadLetterFilter, getDeadLetter } from '@mainspring/events'
import { chooseOperated, type Operated } from './operated.ts'

/** The same dead letter in all of a process: its number is its service's own. */
export const letterId = ({ name }: Operated, number: number): string => `${name}-${number}`

/** Where a dead letter is; throws `not_found` for an id that is none, and for a service that is not here. */
export function locateLetter(
  all: readonly Operated[],
  id: string,
): { readonly one: Operated; readonly number: number } {
  const [, name, number] = /^(.+)-([1-9]\d{0,14})$/.exec(id) ?? []
  const one = all.find((each) => each.name === name)
  if (one) return { one, number: Number(number) }
  throw letterNotFound(id)
}

/** There is no such dead letter, or not any more. */
export const letterNotFound = (id: string) => notFound('not_found', { detail: `There is no dead letter ${id}.` })

/** For `catch`: a service knows its dead letters by their numbers alone. */
export const rethrowNaming = (id: string) => (error: unknown) => {
  throw error instanceof AppError && error.kind === 'not_found' ? letterNotFound(id) : error
}

/** A dead letter as it is sent in lists. */
export const presentLetter = (one: Operated, { number, queue, ...letter }: DeadLetter) => ({
  id: letterId(one, number),
  path: `dead-letters/${letterId(one, number)}`,
  service: one.name,
  consumer: queue,
  key: letter.key,
  cause: letter.cause,
  error: letter.error,
  attempts: letter.attempts,
  payload: letter.payload,
  create_time: letter.create_time,
  update_time: letter.update_time,
})

/** A dead letter as lists have it. */
export type ListedLetter = ReturnType<typeof presentLetter>

/** A dead letter with all that is known of it. */
export type Letter = Awaited<ReturnType<typeof readLetter>>

/** A dead letter as it is sent alone. Throws `not_found`. */
export async function readLetter(all: readonly Operated[], id: string) {
  const { one, number } = locateLetter(all, id)
  const { failed, interventions, ...letter } = await getDeadLetter(one.store, number).catch(rethrowNaming(id))
  return { ...presentLetter(one, letter), failed_attempts: failed, interventions }
}

/** Which dead letters are meant, as queries and bodies say it: null is nothing said. */
export interface LetterFilter {
  readonly service?: string | null
  readonly consumer?: string | null
  readonly cause?: string | null
  readonly key?: string | null
  readonly start_time?: string | null
  readonly end_time?: string | null
  readonly ids?: readonly string[] | null
}

/** The services in which dead letters are meant, each with which of its own. Throws `invalid_request`. */
export function chooseLetters(all: readonly Operated[], { ids, ...said }: LetterFilter) {
  const filter: DeadLetterFilter = {
    queue: said.consumer ?? undefined,
    cause: said.cause ?? undefined,
    key: said.key ?? undefined,
    failed_from: said.start_time ? toTimestamp(Date.parse(said.start_time)) : undefined,
    failed_until: said.end_time ? toTimestamp(Date.parse(said.end_time)) : undefined,
  }
  const located = ids?.map((id) => locateLetter(all, id))
  return chooseOperated(all, said).map((one) => ({
    one,
    filter: located
      ? { ...filter, numbers: located.filter((each) => each.one === one).map(({ number }) => number) }
      : filter,
  }))
}
