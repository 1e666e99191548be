import { AppError, invalid, notFound } from '@mainspring/core'
import type { Consumers, EventStore, ServiceEvents } from '@mainspring/events'

/** A service of this process in the eyes of whoever keeps it running. */
export interface Operated {
  readonly name: string
  readonly store: EventStore
  readonly declared: Consumers
  /** How far it is behind with what it hears. */
  readonly sourceLags: ServiceEvents['sourceLags']
  /** Events that this process has pruned though somebody had not read them. */
  readonly pruned_unread: Readonly<Record<string, number>>
  /** Has workers look for what may be done now. */
  readonly wake: () => void
}

/** The service with this name; throws `not_found`. */
export function getOperated(all: readonly Operated[], name: string): Operated {
  const found = all.find((each) => each.name === name)
  if (found) return found
  throw notFound('not_found', { detail: `There is no service ${name} here; there are: ${namesOf(all)}.` })
}

/** All services, or the one that a parameter names, or that the name of a consumer begins with. Throws `invalid_request`. */
export function chooseOperated(
  all: readonly Operated[],
  { service, consumer }: { readonly service?: unknown; readonly consumer?: unknown },
): readonly Operated[] {
  const wanted = [...(service ? [['service', service]] : []), ...(consumer ? [['consumer', serviceOf(consumer)]] : [])]
  const unknown = wanted.find(([, name]) => !all.some((each) => each.name === name))
  if (unknown) {
    const [field, name] = unknown
    const detail = `There is no service ${name} here; there are: ${namesOf(all)}.`
    throw invalid('invalid_request', { field: String(field), detail })
  }
  return all.filter(({ name }) => wanted.every(([, each]) => each === name))
}

/** A listener or queue is called after its service. */
export const serviceOf = (consumer: unknown): string => String(consumer).split('.', 1)[0] ?? ''

const namesOf = (all: readonly Operated[]): string => all.map(({ name }) => name).join(', ')

/** What was found in several services, and those whose database is away. */
export interface Gathered<T> {
  readonly found: readonly T[]
  readonly unreachable: readonly string[]
}

/** Looks in all of these services at once. One that cannot be reached keeps nobody from the others. */
export async function gather<T>(
  all: readonly Operated[],
  look: (one: Operated) => Promise<readonly T[]>,
): Promise<Gathered<T>> {
  const looks = await Promise.all(all.map((one) => look(one).catch(onlyUnavailable)))
  return {
    found: looks.flatMap((each) => each ?? []),
    unreachable: all.filter((_, index) => looks[index] === undefined).map(({ name }) => name),
  }
}

function onlyUnavailable(error: unknown): undefined {
  if (error instanceof AppError && error.kind === 'unavailable') return undefined
  throw error
}
