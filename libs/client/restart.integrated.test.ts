import { createServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from './client.ts'
import { follow } from './follow.ts'
import { ROOT } from './testing/built-client.ts'

test('a server that is killed and started again loses a client nothing that it does or follows', async () => {
  const service = await createServiceProcess({
    command: [process.execPath, `${ROOT}/apps/rentals/main.ts`],
    env: { ENV: 'testing' },
  })
  onTestFinished(() => service.destroy())
  await service.start()
  let failures = 0
  const fetch: typeof globalThis.fetch = (...sent) =>
    globalThis.fetch(...sent).catch((error) => {
      failures += 1
      throw error
    })
  const client = createClient({ baseUrl: service.url, fetch, attempts: 50, pause: 100 })
  const { body: location } = await client.post('/v1/locations', { body: { name: 'A counter' } })
  const scans = Array.from({ length: 30 }, (_, index) => ({
    ...{ user_qr_data: '?', asset_qr_data: `${index}`, location_id: location.id, scan_time: new Date().toISOString() },
  }))
  const send = (some: typeof scans) =>
    Promise.all(some.map(async (body) => (await client.post('/v1/returns', { body })).body.id))
  const told: string[] = []

  const following = (async () => {
    const query = { from: 'beginning', location_id: location.id }
    for await (const { event } of follow(client, '/v1/returns:stream', { query, pause: 20 })) {
      if (event.type === 'rentals.return_rejected') told.push(event.data.return_id)
      if (told.length === scans.length) return
    }
  })()
  const first = await send(scans.slice(0, 15))
  await expect.poll(() => told.length).toBeGreaterThan(0)
  const sending = send(scans.slice(15))
  await service.end('SIGKILL')
  await service.start()
  const sent = [...first, ...(await sending)]
  await following

  expect(failures).toBeGreaterThan(0)
  expect(new Set(sent).size).toBe(scans.length)
  expect(told.toSorted()).toEqual(sent.toSorted())
})
