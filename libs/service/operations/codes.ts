import type { ErrorCodes } from '@mainspring/core'

/** The codes that operations answer with. */
export const operationsCodes = {
  consumer_declared: { kind: 'conflict', title: 'The listener or queue is in use here, and cannot be forgotten.' },
  filter_required: { kind: 'invalid', title: 'What is to be treated must be said; nothing is treated as a whole.' },
} satisfies ErrorCodes
