import { follow } from '@mainspring/client'
import { refusal } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { client, makeLocation, makeRental, scanOf, stranger } from '../testing/client.ts'

test('what becomes of scans is told as it happens, and what was missed after that', async () => {
  const [rental, { id: location_id }] = [await makeRental(), await makeLocation()]
  const scan = (user_id: string) => client.post('/v1/returns', { body: scanOf(user_id, rental.asset_id, location_id) })
  const stream = await listen(location_id)

  const { body } = await scan(rental.user_id)
  const completed = await stream.first
  stream.cut()
  const again = await scan('nobody')
  const rejected = await (await listen(location_id, completed?.position)).first

  expect(completed?.event).toMatchObject({
    type: 'rentals.return_completed',
    subject: `returns/${body.id}`,
    data: { rental_id: rental.id, location_id },
  })
  expect(rejected?.event).toMatchObject({
    type: 'rentals.return_rejected',
    data: { return_id: again.body.id, reason: 'user_unknown' },
  })
})

test.each(['nowhere', '-1', '1.5'])('a stream cannot begin at %s', async (from) => {
  const { body } = await stranger.get(`/v1/returns:stream?from=${from}`)

  expect(body).toMatchObject(refusal(400, 'from', 'pattern'))
})

/** Follows the returns at a place; resolves when the stream has begun. */
async function listen(location_id: string, from?: string) {
  const cutting = new AbortController()
  onTestFinished(() => cutting.abort())
  const begun = Promise.withResolvers<void>()
  const stream = follow(client, '/v1/returns:stream', {
    query: { location_id, from },
    signal: cutting.signal,
    onOpen: begun.resolve,
  })
  const first = stream.next().then(({ value }) => value ?? undefined)
  await begun.promise
  return { first, cut: () => cutting.abort() }
}
