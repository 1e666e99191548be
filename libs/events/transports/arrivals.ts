import type { Log } from '@mainspring/core'
import type { Arrival, Place } from '../source.ts'

/**
 * The events in what a broker has at a place: one in CloudEvents' JSON, or a list of them. Anything else was put there by
 * somebody else; it is said in the log and passed over, for nobody could ever read it.
 */
export function readArrivals(text: string, place: Place, log: Log): readonly Arrival[] {
  try {
    const content: unknown = JSON.parse(text)
    if (Array.isArray(content)) return content.map((each) => arrivalOf(each, JSON.stringify(each), place))
    return [arrivalOf(content, text, place)]
  } catch (error) {
    log.error({ place, err: error }, 'there is something among the events that is none; it is passed over')
    return []
  }
}

function arrivalOf(content: unknown, envelope: string, place: Place): Arrival {
  const { type, subject, id }: { readonly type?: unknown; readonly subject?: unknown; readonly id?: unknown } =
    Object(content)
  if (typeof type !== 'string' || typeof subject !== 'string' || typeof id !== 'string') {
    throw new Error('An event has a type, a subject and an id.')
  }
  return { place, type, subject, envelope }
}
