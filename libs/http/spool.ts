import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spool } from '@mainspring/core'

/** Bytes that are read at a time. */
const PIECE = 64 * 1024

/**
 * Writes what arrives to a file in `folder`, whole, then lets `work` have it; the file is gone when this settles. Its name
 * goes at once where the system allows that of an open file, so that nothing stays when the process is killed.
 */
export async function withSpool<T>(
  folder: string,
  arriving: AsyncIterable<Buffer>,
  work: (spool: Spool) => Promise<T>,
): Promise<T> {
  const path = join(folder, `${randomUUID()}.upload`)
  const file = await open(path, 'wx+', 0o600)
  let isOver = false
  try {
    await unlink(path).catch(() => {})
    const { bytes, sha256 } = await fill(file, arriving)
    return await work({ bytes, sha256, open: () => read(file, () => isOver) })
  } finally {
    isOver = true
    await file.close().finally(() => rm(path, { force: true }))
  }
}

async function fill(file: FileHandle, arriving: AsyncIterable<Buffer>): Promise<Pick<Spool, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256')
  let bytes = 0
  async function* measured() {
    for await (const piece of arriving) {
      hash.update(piece)
      bytes += piece.length
      yield piece
    }
  }
  await file.writeFile(measured())
  return { bytes, sha256: hash.digest('hex') }
}

async function* read(file: FileHandle, isOver: () => boolean): AsyncGenerator<Buffer, void> {
  for (let position = 0; ; ) {
    if (isOver()) throw new Error('This upload is gone: it is there until the request was handled.')
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
