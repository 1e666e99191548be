import type { Spool } from '@mainspring/core'

/** A text or bytes as if somebody had uploaded them, read in pieces of so many bytes. */
export function spoolOf(content: string | Uint8Array, piece = 64 * 1024): Spool {
  const bytes = Buffer.from(content)
  return {
    bytes: bytes.length,
    sha256: '',
    async *open() {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
    },
  }
}
