import { expect, inject, onTestFinished, test } from 'vitest'
import type { Return } from '../entities/return.ts'
import { client, makeLocation, makeRental, scanOf } from '../testing/client.ts'

const url = `${inject('base_url')}/v1/returns:stream`

test('what becomes of scans is told as it happens, and what was missed after that', async () => {
  const [rental, { id: location_id }] = [await makeRental(), await makeLocation()]
  const stream = await listen({ location_id })

  const { body } = await client.post<Return>('/v1/returns', scanOf(rental.user_id, rental.asset_id, location_id))
  const [completed] = await stream.until(1)
  await stream.cut()
  const again = await client.post<Return>('/v1/returns', scanOf('nobody', rental.asset_id, location_id))
  const [rejected] = await (await listen({ location_id }, completed?.id)).until(1)

  expect(completed).toMatchObject({
    event: 'rentals.return_completed',
    data: { subject: `returns/${body.id}`, data: { rental_id: rental.id, location_id } },
  })
  expect(rejected).toMatchObject({
    event: 'rentals.return_rejected',
    data: { type: 'rentals.return_rejected', data: { return_id: again.body.id, reason: 'user_unknown' } },
  })
})

test.each(['nowhere', '-1', '1.5'])('a stream cannot begin at %s', async (from) => {
  const answer = await client.get(`/v1/returns:stream?from=${from}`)

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'from', code: 'pattern' }] } })
})

interface Told {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** Opens the stream; resolves when it has begun. */
async function listen(query: Readonly<Record<string, string>>, last?: string) {
  const cutting = new AbortController()
  onTestFinished(() => cutting.abort())
  const { body } = await fetch(`${url}?${new URLSearchParams(query)}`, {
    headers: last === undefined ? {} : { 'last-event-id': last },
    signal: cutting.signal,
  })
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const told = (): readonly Told[] =>
    [...text.matchAll(/id: (\d+)\nevent: (.+)\ndata: (.+)\n\n/g)].map(([, id = '', event = '', data = '']) => ({
      ...{ id, event },
      data: JSON.parse(data),
    }))
  const read = async () => {
    text += (await reader?.read())?.value ?? ''
  }
  await read()
  return {
    async until(count: number) {
      while (told().length < count) await read()
      return told()
    },
    async cut() {
      await reader?.cancel()
    },
  }
}
