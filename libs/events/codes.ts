import type { ErrorCodes } from '@mainspring/core'

/** The codes that events, listeners and queues answer with. */
export const eventCodes = {
  event_too_large: { kind: 'invalid', title: 'An event says more than an event may.' },
  event_invalid: { kind: 'invalid', title: 'An event is not what its type says.' },
  event_too_new: { kind: 'unavailable', title: 'An event is of a version that is not understood here yet.' },
} satisfies ErrorCodes
