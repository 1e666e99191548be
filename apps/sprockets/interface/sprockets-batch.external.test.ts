import { randomInt, randomUUID } from 'node:crypto'
import { createCheckedClient, createFactory } from '@mainspring/testing'
import { expect, inject, test } from 'vitest'
import { Sprocket } from '../entities/sprocket.ts'

interface Results {
  readonly results: readonly Sprocket[]
}

const client = createCheckedClient(inject('base_url'))
const newSprocket = createFactory(Sprocket)
const METHODS = ['batch-get', 'batch-create', 'batch-update', 'batch-delete'] as const

test('a batch makes sprockets in the order asked, with ids chosen or not', async () => {
  const id = randomUUID()

  const { status, body } = await send('batch-create', [
    newSprocket({ teeth: 1 }),
    newSprocket({ id, teeth: 2 }),
    newSprocket({ teeth: 3 }),
  ])

  expect(status).toBe(200)
  expect(body.results).toMatchObject([{ teeth: 1 }, { id, teeth: 2 }, { teeth: 3 }])
  expect((await send('batch-get', idsOf(body.results).toReversed())).body.results).toEqual(body.results.toReversed())
})

test('a batch changes sprockets, each by its patch', async () => {
  const [one, other] = await create(2)

  const { status, body } = await send('batch-update', [
    { id: other.id, patch: { teeth: 22 } },
    { id: one.id, patch: { pitch: 0.5 } },
  ])

  expect(status).toBe(200)
  expect(body.results).toMatchObject([
    { id: other.id, teeth: 22, pitch: 1 },
    { id: one.id, teeth: 5, pitch: 0.5 },
  ])
})

test('a batch deletes sprockets and says which', async () => {
  const sprockets = await create(2)

  const { status, body } = await send('batch-delete', idsOf(sprockets))

  expect({ status, body }).toEqual({ status: 200, body: { results: sprockets.map(({ id, path }) => ({ id, path })) } })
  expect(await send('batch-get', idsOf(sprockets))).toMatchObject({ status: 404 })
})

test('one wrong entry of many to make, and none is made', async () => {
  const teeth = randomInt(1_000_000, 2 ** 47)
  const [taken] = await create(1)
  const good = newSprocket({ teeth })

  expect(await send('batch-create', [good, good, newSprocket({ teeth, pitch: 0 })])).toMatchObject(
    refusal(400, 'requests[2].pitch'),
  )
  expect(await send('batch-create', [good, { ...good, no_such_field: 'red' }])).toMatchObject(
    refusal(400, 'requests[1].no_such_field'),
  )
  expect(await send('batch-create', [good, { ...good, id: taken.id }])).toMatchObject(refusal(409, 'requests[1].id'))

  expect(await count(`teeth == ${teeth}`)).toBe(0)
})

test('every wrong entry is named at once', async () => {
  const [{ id }] = await create(1)
  const nobody = randomUUID()

  const changed = await send('batch-update', [
    { id, patch: { teeth: null } },
    { id: nobody, patch: {} },
  ])
  const wrong = await send('batch-update', [{ id, patch: { teeth: null, pitch: null } }])
  const gone = await send('batch-delete', [{ id: nobody }, { id, etag: '"stale"' }])

  expect(changed.body).toMatchObject({ errors: [{ field: 'requests[1].id' }] })
  expect(wrong.body).toMatchObject({
    errors: [{ field: 'requests[0].patch.teeth' }, { field: 'requests[0].patch.pitch' }],
  })
  expect(gone.body).toMatchObject({ errors: [{ field: 'requests[0].id' }, { field: 'requests[1].etag' }] })
})

test('one wrong entry of many to change, and none is changed', async () => {
  const [one, other] = await create(2)
  const good = { id: one.id, patch: { teeth: 99 } }

  expect(await send('batch-update', [good, { id: other.id, patch: { teeth: 0 } }])).toMatchObject(
    refusal(400, 'requests[1].patch.teeth'),
  )
  expect(await send('batch-update', [good, { id: other.id, patch: { teeth: null } }])).toMatchObject(
    refusal(400, 'requests[1].patch.teeth'),
  )
  expect(await send('batch-update', [good, { id: other.id }])).toMatchObject(refusal(400, 'requests[1].patch'))
  expect(await send('batch-update', [good, { id: randomUUID(), patch: {} }])).toMatchObject(
    refusal(404, 'requests[1].id'),
  )
  expect(await send('batch-update', [good, { id: other.id, etag: '"stale"', patch: {} }])).toMatchObject(
    refusal(412, 'requests[1].etag'),
  )

  expect((await send('batch-get', idsOf([one, other]))).body.results).toEqual([one, other])
})

test('one wrong entry of many to delete, and none is deleted', async () => {
  const [one, other] = await create(2)

  expect(await send('batch-delete', [{ id: one.id }, { id: randomUUID() }])).toMatchObject(
    refusal(404, 'requests[1].id'),
  )
  expect(await send('batch-delete', [{ id: one.id }, { id: other.id, etag: '"stale"' }])).toMatchObject(
    refusal(412, 'requests[1].etag'),
  )

  expect((await send('batch-get', idsOf([one, other]))).body.results).toEqual([one, other])
})

test('an entry that names the current tag is done', async () => {
  const [{ id }] = await create(1)
  const etag = await tagOf(id)

  const changed = await send('batch-update', [{ id, etag, patch: { teeth: 8 } }])

  expect(changed).toMatchObject({ status: 200, body: { results: [{ teeth: 8 }] } })
  expect(await send('batch-delete', [{ id, etag }])).toMatchObject(refusal(412, 'requests[0].etag'))
  expect(await send('batch-delete', [{ id, etag: await tagOf(id) }])).toMatchObject({ status: 200 })
})

test('getting names every entry that is not there', async () => {
  const [{ id }] = await create(1)

  const answer = await send('batch-get', [{ id: randomUUID() }, { id }, { id: randomUUID() }])

  expect(answer).toMatchObject({
    status: 404,
    body: { errors: [{ field: 'requests[0].id' }, { field: 'requests[2].id' }] },
  })
})

test('an id twice in one batch is a 400', async () => {
  const [{ id }] = await create(1)

  for (const [method, entry] of [
    ['batch-create', newSprocket({ id: randomUUID() })],
    ['batch-update', { id, patch: { teeth: 7 } }],
    ['batch-delete', { id }],
    ['batch-get', { id }],
  ] as const) {
    expect(await send(method, [entry, entry])).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'requests[1].id', code: 'duplicate_id' }] },
    })
  }
  expect((await client.get<Sprocket>(`/v1/sprockets/${id}`)).body.teeth).toBe(5)
})

test.each(METHODS)('%s takes 1 to 1,000 entries', async (method) => {
  expect(await send(method, [])).toMatchObject(refusal(400, 'requests'))
  expect(
    await send(
      method,
      Array.from({ length: 1_001 }, () => ({ id: randomUUID(), patch: {} })),
    ),
  ).toMatchObject({ status: 400 })
  expect(await client.post(`/v1/sprockets:${method}`, {})).toMatchObject(refusal(400, 'requests'))
})

test('a batch may have 1,000 entries', async () => {
  const teeth = randomInt(1_000_000, 2 ** 47)
  const requests = Array.from({ length: 1_000 }, () => newSprocket({ teeth }))

  const { status, body } = await send('batch-create', requests)

  expect(status).toBe(200)
  expect(await count(`teeth == ${teeth}`)).toBe(1_000)
  expect((await send('batch-delete', idsOf(body.results))).status).toBe(200)
  expect(await count(`teeth == ${teeth}`)).toBe(0)
})

test.each([
  ['batch-create', newSprocket()],
  ['batch-update', { id: randomUUID(), patch: {} }],
  ['batch-delete', { id: randomUUID() }],
] as const)('%s takes no If-Match', async (method, entry) => {
  const answer = await client.post(`/v1/sprockets:${method}`, { requests: [entry] }, { 'If-Match': '*' })

  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'precondition_not_supported', errors: [{ field: 'If-Match' }] },
  })
})

const send = (method: (typeof METHODS)[number], requests: readonly object[]) =>
  client.post<Results>(`/v1/sprockets:${method}`, { requests })

async function create<N extends 1 | 2>(
  howMany: N,
): Promise<N extends 1 ? readonly [Sprocket] : readonly [Sprocket, Sprocket]> {
  const { body } = await send(
    'batch-create',
    Array.from({ length: howMany }, () => newSprocket()),
  )
  return body.results as unknown as N extends 1 ? readonly [Sprocket] : readonly [Sprocket, Sprocket]
}

const idsOf = (sprockets: readonly Sprocket[]) => sprockets.map(({ id }) => ({ id }))

const tagOf = async (id: string) => (await client.get(`/v1/sprockets/${id}`)).headers.get('etag')

async function count(filter: string): Promise<number | undefined> {
  const query = new URLSearchParams({ filter, show_total_size: 'true', max_page_size: '1' })
  return (await client.get<{ total_size: number }>(`/v1/sprockets?${query}`)).body.total_size
}

const refusal = (status: number, field: string) => ({ status, body: { errors: [{ field }] } })
