import type { ErrorCodes } from '@mainspring/core'

/** The codes that the standard methods answer with. */
export const resourceCodes = {
  id_mismatch: { kind: 'invalid', title: 'The id in the body is not the one in the address.' },
  duplicate_id: { kind: 'invalid', title: 'An id is in one batch twice.' },
  batch_too_large: { kind: 'invalid', title: 'What was asked for is too much for one answer.' },
  invalid_filter: { kind: 'invalid', title: 'The filter is wrong.' },
  invalid_order: { kind: 'invalid', title: 'The order is wrong.' },
  page_token_invalid: { kind: 'invalid', title: 'The page token is not one of this list.' },
  precondition_not_supported: { kind: 'invalid', title: 'This method takes no precondition.' },
  already_there: { kind: 'precondition', title: 'It exists, and the request only wanted to make it.' },
  idempotency_key_invalid: { kind: 'invalid', title: 'The Idempotency-Key is not a valid one.' },
  idempotency_key_reused: { kind: 'invalid', status: 422, title: 'The Idempotency-Key was used for another request.' },
  idempotency_key_in_use: { kind: 'conflict', title: 'A request with this Idempotency-Key is still being worked on.' },
} satisfies ErrorCodes
