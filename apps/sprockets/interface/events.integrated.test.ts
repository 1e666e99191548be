import { startTellingService, type TellingService } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sprockets } from '../app.ts'
import { type Sample, seriesOf } from '../testing/shortfalls.ts'

let service: TellingService
beforeAll(async () => {
  service = await startTellingService(sprockets)
})
afterAll(() => service.stop())

const below = (...times: readonly number[]) => seriesOf(times.map((time): Sample => ({ time, isBelow: true })))
const FACTORIES = '/v1/factories'

test('fixtures are not told of', () => {
  expect(service.told()).toEqual([])
})

test.each<[string, () => Promise<unknown>, readonly string[]]>([
  [
    'POST',
    () => service.client.post(`${FACTORIES}?id=new`, { chart_data: below(1, 2, 3) }),
    ['factory_created factories/new'],
  ],
  [
    'a batch create',
    () =>
      service.client.post(`${FACTORIES}:batch-create`, {
        requests: [
          { id: 'a', chart_data: below() },
          { id: 'b', chart_data: below(1, 2, 3, 4, 5) },
        ],
      }),
    ['factory_created factories/a', 'factory_created factories/b', 'production_fell_short factories/b'],
  ],
  ['an append', () => service.client.post(`${FACTORIES}/new:append`, below(4)), ['production_reported factories/new']],
  [
    'an append that completes a shortfall',
    () => service.client.post(`${FACTORIES}/new:append`, below(5)),
    ['production_reported factories/new', 'production_fell_short factories/new'],
  ],
  ['an append that is refused', () => service.client.post(`${FACTORIES}/new:append`, below(5)), []],
])('%s tells of what it does', async (_, act, expected) => {
  expect(await service.listen(act)).toEqual(expected)
})
