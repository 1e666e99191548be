/** How much of anything a server takes. */
export interface Limits {
  /** Bytes of a body. */
  readonly body_bytes: number
  /** Bytes of a body that goes to a file. */
  readonly upload_bytes: number
  /** Bytes of the first line and all headers together. */
  readonly header_bytes: number
  /** Bytes of path and query. */
  readonly uri_bytes: number
  /** Seconds within which a request must have arrived whole; an upload, after which it must have gone on. */
  readonly receive_seconds: number
  /** Seconds that a handler may take until its caller gets a 503. */
  readonly handler_seconds: number
  /** Seconds of silence after which a stream of events says that it is still there: less than proxies wait. */
  readonly heartbeat_seconds: number
  /** Seconds in which who reads a stream of events takes what is sent, or is cut. */
  readonly stall_seconds: number
  /** Requests of one client (by address) in a minute; without it there is no limit, as on a developer's machine. */
  readonly requests_per_minute?: number
  /** Seconds that a closing server goes on taking connections, so that who polls /readyz can turn away first. */
  readonly linger_seconds: number
  /** Seconds after which a closing server cuts what is still under way. */
  readonly drain_seconds: number
}

/** Limits that suit services behind a proxy with default settings. */
export const defaultLimits: Limits = {
  body_bytes: 1024 * 1024,
  upload_bytes: 64 * 1024 * 1024,
  header_bytes: 16 * 1024,
  uri_bytes: 8 * 1024,
  receive_seconds: 30,
  handler_seconds: 30,
  heartbeat_seconds: 15,
  stall_seconds: 30,
  linger_seconds: 0,
  drain_seconds: 8,
}
