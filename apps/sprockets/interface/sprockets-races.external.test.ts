import { randomInt, randomUUID } from 'node:crypto'
import { type Answer, createCheckedClient, createFactory } from '@mainspring/testing'
import { expect, inject, test } from 'vitest'
import { Sprocket } from '../entities/sprocket.ts'

const client = createCheckedClient(inject('base_url'))
const newSprocket = createFactory(Sprocket)

test('of many writers with one tag exactly one wins, whatever they do', async () => {
  const { path, etag } = await create()

  const answers = await Promise.all(
    numbers(30).map((n) => {
      const headers = { 'If-Match': etag }
      if (n % 3 === 0) return client.put<Sprocket>(path, newSprocket({ teeth: 100 + n }), headers)
      return n % 3 === 1
        ? client.patch<Sprocket>(path, { teeth: 100 + n }, headers)
        : client.patch<Sprocket>(path, { pitch: 100 + n }, headers)
    }),
  )

  expect(statuses(answers)).toEqual({ 200: 1, 412: 29 })
  expect((await client.get(path)).body).toEqual(answers.find(({ status }) => status === 200)?.body)
})

test('of many deletes with one tag exactly one wins', async () => {
  const { path, etag } = await create()

  const answers = await Promise.all(numbers(10).map(() => client.delete(path, { 'If-Match': etag })))

  expect(statuses(answers)).toEqual({ 204: 1, 404: 9 })
})

test('patches of different fields at once all hold', async () => {
  const { path } = await create()

  const answers = await Promise.all([
    client.patch(path, { teeth: 71 }),
    client.patch(path, { pitch: 72 }),
    client.patch(path, { pitch_diameter: 73 }),
    client.patch(path, { outside_diameter: 74 }),
  ])

  expect(statuses(answers)).toEqual({ 200: 4 })
  expect((await client.get(path)).body).toMatchObject({
    teeth: 71,
    pitch: 72,
    pitch_diameter: 73,
    outside_diameter: 74,
  })
})

test('of many PUTs to one new address one makes it and the others replace it', async () => {
  const path = `/v1/sprockets/${randomUUID()}`

  const answers = await Promise.all(
    numbers(20).map((teeth) => client.put<Sprocket>(path, newSprocket({ teeth: teeth + 1 }))),
  )

  expect(statuses(answers)).toEqual({ 200: 19, 201: 1 })
})

test('of many PUTs that only make, one does', async () => {
  const path = `/v1/sprockets/${randomUUID()}`

  const answers = await Promise.all(numbers(20).map(() => client.put(path, newSprocket(), { 'If-None-Match': '*' })))

  expect(statuses(answers)).toEqual({ 201: 1, 412: 19 })
})

test('of many creates with one id one succeeds', async () => {
  const id = randomUUID()

  const answers = await Promise.all(numbers(20).map(() => client.post(`/v1/sprockets?id=${id}`, newSprocket())))

  expect(statuses(answers)).toEqual({ 201: 1, 409: 19 })
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

test('of many requests at once under one Idempotency-Key one works and all get its answer', async () => {
  const teeth = randomInt(1_000_000, 2 ** 47)
  const [body, headers] = [newSprocket({ teeth }), { 'Idempotency-Key': randomUUID() }]

  const answers = await Promise.all(numbers(20).map(() => client.post<Sprocket>('/v1/sprockets', body, headers)))

  expect(statuses(answers)).toEqual({ 201: 20 })
  expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1)
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

const numbers = (howMany: number): number[] => Array.from({ length: howMany }, (_, index) => index)

/** How many answers had which status. */
const statuses = (answers: readonly Answer[]) =>
  Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, group]) => [status, group.length]))

async function count(filter: string): Promise<number> {
  const query = new URLSearchParams({ filter, show_total_size: 'true' })
  return (await client.get<{ total_size: number }>(`/v1/sprockets?${query}`)).body.total_size
}
