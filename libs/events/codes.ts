import type { ErrorCodes } from '@mainspring/core'

/** The codes that events, listeners, queues and streams answer with. */
export const eventCodes = {
  event_too_large: { kind: 'invalid', title: 'An event says more than an event may.' },
  event_invalid: { kind: 'invalid', title: 'An event is not what its type says.' },
  event_too_new: { kind: 'unavailable', title: 'An event is of a version that is not understood here yet.' },
  consumer_undeclared: { kind: 'conflict', title: 'No code here has this listener or queue any more.' },
  position_gone: { kind: 'invalid', status: 410, title: 'What came behind this position is not kept any more.' },
} satisfies ErrorCodes
