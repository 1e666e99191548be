import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** The least (bytes of ASCII) that is worth a write of its own. */
const PIECE = 32 * 1024

/**
 * Makes a stream of what an iterable yields, pulled no further than the reader reads. What comes without waiting is joined,
 * so that a row at a time is cheap, and nothing that has come waits for what has not. The iterable is told by `return` when
 * the reader goes away.
 */
export function toStream(source: AsyncIterable<string | Uint8Array>): Readable {
  const iterator = source[Symbol.asyncIterator]()
  const joint = createJoint()
  let isPulling = false
  let isWanted = false
  let flushing: NodeJS.Immediate | undefined

  const stream = new Readable({
    highWaterMark: PIECE,
    read() {
      isWanted = true
      if (!isPulling) void pull()
    },
    destroy(error, done) {
      clearImmediate(flushing)
      Promise.resolve(iterator.return?.()).then(() => done(error), done)
    },
  })
  return stream

  async function pull(): Promise<void> {
    isPulling = true
    try {
      while (isWanted && !stream.destroyed) {
        const { done, value } = await iterator.next()
        if (done) return end()
        joint.add(value)
        if (joint.size() < PIECE) {
          flushing ??= setImmediate(flush)
        } else {
          flush()
          // A source that never waits must not keep everybody else waiting.
          await nextTurn()
        }
      }
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error('The body failed.', { cause: error }))
    } finally {
      isPulling = false
    }
  }

  function flush(): void {
    clearImmediate(flushing)
    flushing = undefined
    if (joint.size() === 0 || stream.destroyed) return
    isWanted = false
    if (stream.push(joint.take())) isWanted = true
  }

  function end(): void {
    flush()
    if (!stream.destroyed) stream.push(null)
  }
}

/** Joins texts and bytes. */
function createJoint() {
  let text = ''
  let bytes: Uint8Array[] = []
  let size = 0
  return {
    size: () => size,
    add(part: string | Uint8Array): void {
      size += part.length
      if (typeof part === 'string') text += part
      else {
        if (text !== '') bytes.push(Buffer.from(text))
        text = ''
        bytes.push(part)
      }
    },
    take(): Buffer {
      const all = bytes.length === 0 ? Buffer.from(text) : Buffer.concat([...bytes, Buffer.from(text)])
      text = ''
      bytes = []
      size = 0
      return all
    },
  }
}
