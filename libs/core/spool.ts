/** What a client uploaded: in a file while it is worked on, and gone afterwards. */
export interface Spool {
  readonly bytes: number
  /** In lower-case hex. */
  readonly sha256: string
  /** The bytes in pieces; every call reads them from the start. */
  readonly open: () => AsyncIterable<Buffer>
}
