import { randomInt, randomUUID } from 'node:crypto'
import { createCheckedClient, createFactory } from '@mainspring/testing'
import { expect, inject, test } from 'vitest'
import { Sprocket } from '../entities/sprocket.ts'
import { countStatuses } from '../testing/races.ts'

const client = createCheckedClient(inject('base_url'))
const newSprocket = createFactory(Sprocket)

test('patches of different fields at once all hold', async () => {
  const { path } = await create()

  const answers = await Promise.all([
    client.patch(path, { teeth: 71 }),
    client.patch(path, { pitch: 72 }),
    client.patch(path, { pitch_diameter: 73 }),
    client.patch(path, { outside_diameter: 74 }),
  ])

  expect(countStatuses(answers)).toEqual({ 200: 4 })
  expect((await client.get(path)).body).toMatchObject({
    teeth: 71,
    pitch: 72,
    pitch_diameter: 73,
    outside_diameter: 74,
  })
})

test('a stale tag is refused and changes nothing', async () => {
  const { path, etag } = await create()
  const { body } = await client.patch(path, { teeth: 6 })

  const headers = { 'If-Match': etag }
  const refused = { status: 412, body: { code: 'etag_mismatch' } }
  expect(await client.patch(path, { teeth: 7 }, headers)).toMatchObject(refused)
  expect(await client.put(path, newSprocket({ teeth: 7 }), headers)).toMatchObject(refused)
  expect(await client.delete(path, headers)).toMatchObject(refused)
  expect((await client.get(path)).body).toEqual(body)
})

test('a tag from before a delete and a re-create is stale', async () => {
  const { path, etag } = await create()
  await client.delete(path)
  await client.put(path, newSprocket())

  expect(await client.patch(path, { teeth: 7 }, { 'If-Match': etag })).toMatchObject({ status: 412 })
})

test('If-Match takes one tag of several, any that is, and none that is weak', async () => {
  const { path, etag } = await create()

  expect(await client.patch(path, {}, { 'If-Match': `W/${etag}` })).toMatchObject({ status: 412 })
  expect(await client.patch(path, { teeth: 7 }, { 'If-Match': `"a", ${etag} ,"b"` })).toMatchObject({ status: 200 })
  expect(await client.patch(path, { teeth: 8 }, { 'If-Match': '*' })).toMatchObject({ status: 200 })
})

test('If-Match where nothing is: PUT 412, PATCH and DELETE 404', async () => {
  for (const tag of ['*', '"a"']) {
    const path = `/v1/sprockets/${randomUUID()}`
    const headers = { 'If-Match': tag }

    expect(await client.put(path, newSprocket(), headers)).toMatchObject({ status: 412 })
    expect(await client.patch(path, {}, headers)).toMatchObject({ status: 404 })
    expect(await client.delete(path, headers)).toMatchObject({ status: 404 })
    expect(await client.get(path)).toMatchObject({ status: 404 })
  }
})

test('If-None-Match on a read gives 304 as long as nothing changed', async () => {
  const { path, etag } = await create()

  for (const tag of [etag, `W/${etag}`, `"a", ${etag}`, '*']) {
    const unchanged = await client.get(path, { 'If-None-Match': tag })
    expect(unchanged).toMatchObject({ status: 304, body: undefined })
    expect(unchanged.headers.get('etag')).toBe(etag)
  }
  await client.patch(path, { teeth: 6 })
  expect(await client.get(path, { 'If-None-Match': etag })).toMatchObject({ status: 200, body: { teeth: 6 } })
})

test('a repeat under one Idempotency-Key gets the first answer and does nothing', async () => {
  const teeth = randomInt(1_000_000, 2 ** 47)
  const [body, headers] = [newSprocket({ teeth }), { 'Idempotency-Key': randomUUID() }]

  const first = await client.post<Sprocket>('/v1/sprockets', body, headers)
  const second = await client.post<Sprocket>('/v1/sprockets', body, {
    'Idempotency-Key': `"${headers['Idempotency-Key']}"`,
  })

  expect(second).toMatchObject({ status: 201, body: first.body })
  for (const name of ['etag', 'location']) expect(second.headers.get(name)).toBe(first.headers.get(name))
  expect(await count(`teeth == ${teeth}`)).toBe(1)
})

test('a patch is repeated without effect, too, and before its precondition counts', async () => {
  const { path, etag } = await create()
  const headers = { 'Idempotency-Key': randomUUID(), 'If-Match': etag }

  const first = await client.patch(path, { teeth: 6 }, headers)
  await client.patch(path, { teeth: 7 })
  const second = await client.patch(path, { teeth: 6 }, headers)

  expect([first.status, second.status]).toEqual([200, 200])
  expect(second.body).toEqual(first.body)
  expect((await client.get<Sprocket>(path)).body.teeth).toBe(7)
})

test('another request under a used Idempotency-Key is a 422', async () => {
  const headers = { 'Idempotency-Key': randomUUID() }
  const { body } = await client.post<Sprocket>('/v1/sprockets', newSprocket(), headers)

  const refused = { status: 422, body: { code: 'idempotency_key_reused', errors: [{ field: 'Idempotency-Key' }] } }
  expect(await client.post('/v1/sprockets', newSprocket({ teeth: 6 }), headers)).toMatchObject(refused)
  expect(await client.post(`/v1/sprockets?id=${randomUUID()}`, newSprocket(), headers)).toMatchObject(refused)
  expect(await client.patch(`/v1/sprockets/${body.id}`, { teeth: 6 }, headers)).toMatchObject(refused)
})

test('a failed request leaves no Idempotency-Key behind', async () => {
  const headers = { 'Idempotency-Key': randomUUID() }
  const { path } = await create()
  const id = path.replace('/v1/sprockets/', '')

  expect(await client.post('/v1/sprockets', newSprocket({ teeth: 0 }), headers)).toMatchObject({ status: 400 })
  expect(await client.post(`/v1/sprockets?id=${id}`, newSprocket(), headers)).toMatchObject({ status: 409 })
  expect(await client.post('/v1/sprockets', newSprocket(), headers)).toMatchObject({ status: 201 })
})

test.each([
  ['empty', ''],
  ['too long', 'k'.repeat(256)],
  ['not printable', 'clé'],
])('an Idempotency-Key that is %s is a 400', async (_, key) => {
  const answer = await client.post('/v1/sprockets', newSprocket(), { 'Idempotency-Key': key })

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'Idempotency-Key' }] } })
})

async function create() {
  const { headers } = await client.post<Sprocket>('/v1/sprockets', newSprocket())
  return { path: headers.get('location') ?? '', etag: headers.get('etag') ?? '' }
}

async function count(filter: string): Promise<number> {
  const query = new URLSearchParams({ filter, show_total_size: 'true' })
  return (await client.get<{ total_size: number }>(`/v1/sprockets?${query}`)).body.total_size
}
