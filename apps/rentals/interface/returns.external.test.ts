import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { client, idsOf, makeLocation } from '../testing/client.ts'

test('returns are listed by state, place and reason', async () => {
  const { id } = await makeLocation()

  expect(await idsOf('/v1/returns', `state == 'PENDING' && location_id == '${id}'`, '-scan_time')).toEqual([])
  expect(await idsOf('/v1/returns', `reason == 'user_unknown' && location_id == '${id}'`)).toEqual([])
  expect(await client.get("/v1/returns?filter=user_key=='ada'")).toMatchObject({
    status: 400,
    body: { code: 'invalid_filter' },
  })
})

test('a return that is not there is a 404', async () => {
  expect(await client.get(`/v1/returns/${randomUUID()}`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
})
