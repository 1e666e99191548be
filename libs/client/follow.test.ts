import { expect, test } from 'vitest'
import { follow } from './follow.ts'
import { createScripted, refusal, unreachable } from './testing/scripted-fetch.ts'

const path = '/v1/returns:stream'
const event = (position: number) => `id: ${position}\nevent: rentals.return_rejected\ndata: {"id":"${position}"}\n\n`

/** An answer that says these parts, and then ends, breaks or waits. */
const told = (end: 'ends' | 'breaks' | 'waits', ...parts: readonly string[]) => {
  const left = [...parts]
  return ({ signal }: Request) => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const part = left.shift()
        if (part !== undefined) return controller.enqueue(new TextEncoder().encode(part))
        if (end === 'ends') return controller.close()
        if (end === 'breaks') return controller.error(new TypeError('terminated'))
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
}

async function take(count: number, stream: AsyncIterable<{ readonly position: string }>): Promise<readonly string[]> {
  const positions: string[] = []
  for await (const { position } of stream) {
    positions.push(position)
    if (positions.length === count) break
  }
  return positions
}

test('a stream goes on behind the last event, whether it ended or was lost', async () => {
  const { client, asked } = createScripted(
    told('ends', event(1), event(2)),
    told('breaks', `${event(3)}id: 4\nda`),
    unreachable(),
    refusal(503, 'not_ready'),
    told('waits', event(4), event(5)),
  )

  const positions = await take(5, follow(client, path, { query: { from: 'beginning' }, pause: 1 }))

  expect(positions).toEqual(['1', '2', '3', '4', '5'])
  expect(asked.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '2', '3', '3', '3'])
})

test('a stream that is lost before its first event misses none', async () => {
  const { client, asked } = createScripted(told('breaks', 'retry: 1\nid: 41\n\n'), told('waits', event(42)))

  expect(await take(1, follow(client, path, { pause: 1 }))).toEqual(['42'])
  expect(asked[1]?.headers.get('last-event-id')).toBe('41')
})

test('who follows is told whenever the stream has begun', async () => {
  const { client } = createScripted(unreachable(), told('ends', event(1)), told('waits', event(2)))
  const seen: string[] = []

  for await (const { position } of follow(client, path, { pause: 1, onOpen: () => seen.push('open') })) {
    seen.push(position)
    if (position === '2') break
  }

  expect(seen).toEqual(['open', '1', 'open', '2'])
})

test('a stream that falls silent is opened anew', async () => {
  const { client } = createScripted(told('waits', event(1)), told('waits', event(2)))

  expect(await take(2, follow(client, path, { silence: 40, pause: 1 }))).toEqual(['1', '2'])
})

test('a stream without an end to come ends, unless it was cut before', async () => {
  const { client } = createScripted(told('breaks', event(1)), told('ends', event(2)))

  const all = follow(client, path, { query: { from: 'beginning', live: false }, pause: 1 })

  expect(await take(3, all)).toEqual(['1', '2'])
})

test('a stream that is refused for good throws the problem', async () => {
  const { client } = createScripted(told('ends', event(1)), refusal(410, 'position_gone'))

  const gone = take(2, follow(client, path, { pause: 1 }))

  await expect(gone).rejects.toMatchObject({ status: 410, code: 'position_gone' })
})

test('who aborts has the stream end, and the connection with it', async () => {
  const controller = new AbortController()
  const { client, asked } = createScripted(told('waits', event(1)))
  const seen: string[] = []

  for await (const { position } of follow(client, path, { signal: controller.signal })) {
    seen.push(position)
    setTimeout(() => controller.abort(), 1)
  }

  expect(seen).toEqual(['1'])
  expect(asked[0]?.signal.aborted).toBe(true)
})

test('who aborts is told no more, though more has come', async () => {
  const controller = new AbortController()
  const { client } = createScripted(told('waits', `${event(1)}${event(2)}`))
  const seen: string[] = []

  for await (const { position } of follow(client, path, { signal: controller.signal })) {
    seen.push(position)
    controller.abort()
  }

  expect(seen).toEqual(['1'])
})

test('who leaves the loop ends the connection', async () => {
  const { client, asked } = createScripted(told('waits', event(1)))

  await take(1, follow(client, path))

  expect(asked[0]?.signal.aborted).toBe(true)
})
