import { createCheckedClient, createServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Ledger } from './ledger.ts'

interface Stored {
  readonly id: string
  readonly teeth: number
}

test('the ledger finds what is lost, what is there twice, what is old and what is there by halves', async () => {
  const service = await createServiceProcess({ command: [process.execPath, 'apps/sprockets/main.ts'] })
  onTestFinished(() => service.destroy())
  await service.start()
  const ledger = new Ledger(service.url)
  const stop = await ledger.begin(2)
  await vi.waitFor(() => expect(ledger.acknowledged).toBeGreaterThan(20), { timeout: 5_000 })
  await stop()
  const client = createCheckedClient(service.url)
  const { results } = (await client.get<{ results: readonly Stored[] }>('/v1/sprockets?max_page_size=1000')).body
  const [changed, deleted] = results.filter(({ teeth }) => teeth === 3)
  const ofBatch = results.find(({ teeth }) => teeth === 1)
  const keyed = results.find(({ teeth }) => teeth > 1_000)
  expect(await ledger.audit()).toEqual([])

  await client.patch(`/v1/sprockets/${changed?.id}`, { teeth: 2 })
  await client.delete(`/v1/sprockets/${deleted?.id}`)
  await client.delete(`/v1/sprockets/${ofBatch?.id}`)
  await client.post('/v1/sprockets', { teeth: keyed?.teeth, pitch_diameter: 5, outside_diameter: 6, pitch: 1 })

  expect(await ledger.audit()).toEqual([
    expect.stringMatching(/^the sprocket .* has 2 teeth, not 3$|is lost$/),
    expect.stringMatching(/^the sprocket .* has 2 teeth, not 3$|is lost$/),
    'of a batch 4 of 5 are there',
    'what was sent under one key is there 2 times',
  ])
})
