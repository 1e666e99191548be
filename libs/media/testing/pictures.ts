import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import type { Spool } from '@mainspring/core'
import sharp, { type Sharp } from 'sharp'

/** An upload of these bytes. */
export const spoolOf = (bytes: Buffer): Spool => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  async *open() {
    yield bytes
  },
})

/** A picture of something, red on the left and blue on the right. */
export const twoColours = (width: number, height: number): Sharp => {
  const half = Math.floor(width / 2)
  const blue = { create: { width: width - half, height, channels: 3, background: '#00f' } } as const
  return sharp({ create: { width, height, channels: 3, background: '#f00' } }).composite([
    { input: blue, left: half, top: 0 },
  ])
}

/** A PNG of 20,000 × 20,000 white pixels, which is 50 kB. */
export function createBomb(): Buffer {
  const [side, row] = [20_000, 1 + 20_000 / 8]
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.alloc(side * row))
  const parts = [chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
