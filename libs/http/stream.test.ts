import { setImmediate, setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toStream } from './stream.ts'

/** Yields each part; a number is so many milliseconds of waiting. */
async function* sequence(...parts: readonly (string | Uint8Array | number)[]) {
  for (const part of parts) {
    if (typeof part === 'number') await setTimeout(part)
    else yield part
  }
}

const piecesOf = async (source: AsyncIterable<string | Uint8Array>): Promise<readonly Buffer[]> =>
  Array.fromAsync(toStream(source))

/** Yields very many rows without waiting, and tells how far it is and whether it was ended. */
function createRows() {
  const state = { pulled: 0, isOver: false }
  async function* rows() {
    try {
      while (state.pulled < 500_000) {
        state.pulled++
        yield 'a row of some length\n'
      }
    } finally {
      state.isOver = true
    }
  }
  return { state, rows: rows() }
}

test('whatever an iterable yields is sent, in order, whether text or bytes', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 5 })
  const large = fc.constantFrom('x'.repeat(32_768), 'x'.repeat(100_000))
  const part = fc.oneof(
    { weight: 8, arbitrary: text },
    { weight: 4, arbitrary: fc.uint8Array() },
    large,
    fc.constant(0),
  )

  await fc.assert(
    fc.asyncProperty(fc.array(part), async (parts) => {
      const pieces = await piecesOf(sequence(...parts))

      const expected = parts.filter((each) => typeof each !== 'number').map((each) => Buffer.from(each))
      expect(Buffer.concat(pieces).equals(Buffer.concat(expected))).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('rows that come at once are sent many at a time', async () => {
  const pieces = await piecesOf(sequence(...Array.from({ length: 10_000 }, () => 'ten bytes\n')))

  expect(Buffer.concat(pieces)).toHaveLength(100_000)
  expect(pieces.length).toBeLessThan(10)
})

test('what has come does not wait for what has not', async () => {
  const pieces = await piecesOf(sequence('a', 'b', 5, 'c', 'd', 5, new Uint8Array([101])))

  expect(pieces.map(String)).toEqual(['ab', 'cd', 'e'])
})

test('an iterable is asked for little more than is read', async () => {
  const { state, rows } = createRows()
  const stream = toStream(rows)

  const first = await stream[Symbol.asyncIterator]().next()
  await setTimeout(50)
  const pulled = state.pulled
  await setTimeout(50)

  expect(String(first.value)).toMatch(/^a row/)
  expect(pulled * 'a row of some length\n'.length).toBeLessThan(200_000)
  expect(state.pulled).toBe(pulled)
})

test('an iterable is ended when its reader goes away, and not asked again', async () => {
  const { state, rows } = createRows()

  for await (const piece of toStream(rows)) if (piece) break
  const { pulled } = state
  await setTimeout(20)

  expect(state).toEqual({ pulled, isOver: true })
})

test('an iterable that cannot be ended is not asked again either', async () => {
  const { state, rows } = createRows()
  const endless = { [Symbol.asyncIterator]: () => ({ next: () => rows.next() }) }

  for await (const piece of toStream(endless)) if (piece) break
  const { pulled } = state
  await setTimeout(20)

  expect(state.pulled).toBeLessThan(pulled + 5)
})

test('an iterable that nobody reads is not begun', async () => {
  const { state, rows } = createRows()

  toStream(rows).destroy()
  await setTimeout(10)

  expect(state).toEqual({ pulled: 0, isOver: false })
})

test('an iterable that fails fails the stream, with whatever was thrown', async () => {
  async function* broken(error: unknown) {
    yield 'first'
    throw error
  }
  const cause = new Error('the disk is gone')

  await expect(piecesOf(broken(cause))).rejects.toBe(cause)
  await expect(piecesOf(broken('odd'))).rejects.toMatchObject({ cause: 'odd' })
})

test('an iterable that fails while it is ended fails the stream', async () => {
  const stream = toStream(
    (async function* () {
      try {
        yield 'first'
        await setTimeout(5)
        yield 'second'
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: this is the mistake
        throw new Error('cannot close')
      }
    })(),
  )
  const failed = new Promise((resolve) => stream.once('error', resolve))

  await stream[Symbol.asyncIterator]().next()
  stream.destroy()

  expect(await failed).toMatchObject({ message: 'cannot close' })
})

test('a source that is always ready leaves others their turn', async () => {
  const { rows } = createRows()
  let bytes = 0
  let turns = 0
  const stream = toStream(rows).on('data', (piece) => {
    bytes += piece.length
  })

  for (; bytes < 3_000_000; turns++) await setImmediate()
  stream.destroy()

  expect(turns).toBeGreaterThan(50)
})
