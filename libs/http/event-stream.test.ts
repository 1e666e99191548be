import { expect, test } from 'vitest'
import { writeEvents } from './event-stream.ts'

test('a stream that passed over events ends with the place where it ended', async () => {
  async function* tell() {
    yield { id: '7', event: 'counted', data: { count: 7 } }
  }
  const events = { id: '9', [Symbol.asyncIterator]: tell }

  const parts = await Array.fromAsync(writeEvents(events, { heartbeat: 60_000, patience: 60_000, onStalled: () => {} }))

  expect(parts.slice(1)).toEqual(['id: 7\nevent: counted\ndata: {"count":7}\n\n', 'id: 9\n\n'])
})
