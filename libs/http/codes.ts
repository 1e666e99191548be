import type { ErrorCodes } from '@mainspring/core'

/** The codes that the server itself answers with, on any route. */
export const httpCodes = {
  invalid_request: { kind: 'invalid', title: 'Fields or parameters of the request are wrong.' },
  invalid_json: { kind: 'invalid', title: 'The body is not JSON.' },
  malformed_form: { kind: 'invalid', title: 'The form is not one as RFC 7578 defines it.' },
  invalid_path: { kind: 'invalid', title: 'The path is not a valid one.' },
  body_required: { kind: 'invalid', title: 'A body is needed.' },
  malformed_request: { kind: 'invalid', title: 'This is not HTTP as RFC 9112 defines it.' },
  route_not_found: { kind: 'not_found', title: 'Nothing lives at this path.' },
  method_not_allowed: { kind: 'invalid', status: 405, title: 'The path does not take this method.' },
  not_acceptable: { kind: 'invalid', status: 406, title: 'The answer comes in none of the media types asked for.' },
  request_timeout: { kind: 'invalid', status: 408, title: 'The request took too long to arrive.' },
  body_too_large: { kind: 'invalid', status: 413, title: 'The body is too large.' },
  uri_too_long: { kind: 'invalid', status: 414, title: 'The address is too long.' },
  unsupported_media_type: { kind: 'invalid', status: 415, title: 'The body comes in a form that is not taken here.' },
  too_many_requests: { kind: 'too_many', title: 'This client has asked too often.' },
  headers_too_large: { kind: 'invalid', status: 431, title: 'The headers are too large.' },
  internal: { kind: 'unavailable', status: 500, title: 'Something went wrong on this side.' },
  storage_full: { kind: 'unavailable', status: 507, title: 'There is no room for what was sent.' },
  timeout: { kind: 'unavailable', title: 'The answer took too long.' },
  not_ready: { kind: 'unavailable', title: 'The service is not ready for traffic.' },
} satisfies ErrorCodes
