import { randomUUID } from 'node:crypto'
import { arbitraryOf, createCheckedClient, createFactory } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { Sprocket } from '../entities/sprocket.ts'

const client = createCheckedClient(inject('base_url'))
const newSprocket = createFactory(Sprocket)

test('a created sprocket is answered with its address and its tag, and is there', async () => {
  const created = await client.post<Sprocket>('/v1/sprockets', newSprocket({ teeth: 17 }))

  expect(created).toMatchObject({ status: 201, body: { teeth: 17, path: `sprockets/${created.body.id}` } })
  expect(created.headers.get('location')).toBe(`/v1/sprockets/${created.body.id}`)
  expect(created.body.create_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const found = await client.get<Sprocket>(created.headers.get('location') ?? '')
  expect(found).toMatchObject({ status: 200, body: created.body })
  expect(found.headers.get('etag')).toBe(created.headers.get('etag'))
})

test('any valid sprocket comes back as it was sent', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryOf(Sprocket), async (sent) => {
      const { status, body } = await client.post<Sprocket>('/v1/sprockets', sent)

      expect({ status, body }).toMatchObject({ status: 201, body: sent })
      expect((await client.get(`/v1/sprockets/${body.id}`)).body).toEqual(body)
    }),
  )
})

test('the client may choose the id, in the address or in the body', async () => {
  const [one, other] = [randomUUID(), randomUUID()]

  expect(await client.post(`/v1/sprockets?id=${one}`, newSprocket())).toMatchObject({ status: 201, body: { id: one } })
  expect(await client.post('/v1/sprockets', newSprocket({ id: other }))).toMatchObject({
    status: 201,
    body: { id: other },
  })
})

test('two ids that contradict each other are refused', async () => {
  const answer = await client.post(`/v1/sprockets?id=${randomUUID()}`, newSprocket({ id: randomUUID() }))

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'id', code: 'id_mismatch' }] } })
})

test('a taken id is refused, and what has it stays as it is', async () => {
  const { id } = await create({ teeth: 5 })

  const answer = await client.post(`/v1/sprockets?id=${id}`, newSprocket({ teeth: 6 }))

  expect(answer).toMatchObject({ status: 409, body: { code: 'already_exists', errors: [{ field: 'id' }] } })
  expect((await client.get<Sprocket>(`/v1/sprockets/${id}`)).body.teeth).toBe(5)
})

test('what the service owns is ignored in a request', async () => {
  const owned = { path: 'sprockets/mine', create_time: '2001-01-01T00:00:00Z', update_time: 7 }

  const { status, body } = await client.post<Sprocket>('/v1/sprockets', { ...newSprocket(), ...owned })

  expect(status).toBe(201)
  expect(body.path).toBe(`sprockets/${body.id}`)
  expect(body.create_time.slice(0, 4)).not.toBe('2001')
})

test.each([
  ['too small', { teeth: 0 }, 'teeth'],
  ['no whole number', { teeth: 1.5 }, 'teeth'],
  ['more than a double holds exactly', { teeth: 2 ** 53 }, 'teeth'],
  ['text', { teeth: '5' }, 'teeth'],
  ['null', { teeth: null }, 'teeth'],
  ['absent', { teeth: undefined }, 'teeth'],
  ['not above 0', { pitch: 0 }, 'pitch'],
  ['a list', { pitch: [1] }, 'pitch'],
  ['unknown', { no_such_field: 'red' }, 'no_such_field'],
  ['called __proto__', JSON.parse('{"__proto__": {"teeth": 1}}'), '__proto__'],
  ['no id', { id: 'Not An Id' }, 'id'],
] as const)('a field that is %s is a 400 that names it', async (_, overrides, field) => {
  const answer = await client.post('/v1/sprockets', JSON.stringify({ ...newSprocket(), ...overrides }))

  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ field }] } })
})

test('all that is wrong is told at once', async () => {
  const answer = await client.post('/v1/sprockets?x=1', { teeth: 0, pitch_diameter: -1, no_such_field: 'red' })

  const fields = ['x', 'no_such_field', 'outside_diameter', 'pitch', 'pitch_diameter', 'teeth']
  expect(answer.status).toBe(400)
  expect(fieldsOf(answer.body).toSorted()).toEqual(fields.toSorted())
})

test('a sprocket that is not there is a 404 on every method of one', async () => {
  const path = `/v1/sprockets/${randomUUID()}`

  expect(await client.get(path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await client.patch(path, { teeth: 5 })).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await client.delete(path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('an id that none could have is a 400', async () => {
  expect(await client.get('/v1/sprockets/NOT-AN-ID')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'sprocket_id' }] },
  })
})

test('a patch changes what it names, and nothing else', async () => {
  const before = await create({ teeth: 5, pitch: 1 })

  const after = await client.patch<Sprocket>(`/v1/sprockets/${before.id}`, { teeth: 6 })

  expect(after).toMatchObject({ status: 200, body: { ...before, teeth: 6, update_time: expect.any(String) } })
  expect(await client.get(`/v1/sprockets/${before.id}`)).toMatchObject({ status: 200, body: after.body })
})

test('a patch that would leave a sprocket invalid is refused and changes nothing', async () => {
  const before = await create({})
  const path = `/v1/sprockets/${before.id}`

  expect(await client.patch(path, { teeth: null })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'teeth' }] },
  })
  expect(await client.patch(path, { teeth: 6, pitch: 0 })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'pitch' }] },
  })
  expect(await client.patch(path, { no_such_field: 'red' })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'no_such_field' }] },
  })
  expect(await client.patch(path, { id: 'other' })).toMatchObject({ status: 400, body: { errors: [{ field: 'id' }] } })
  expect((await client.get(path)).body).toEqual(before)
})

test('PUT makes a sprocket that is not there, and replaces one that is', async () => {
  const path = `/v1/sprockets/${randomUUID()}`

  const made = await client.put<Sprocket>(path, newSprocket({ teeth: 5 }))
  const replaced = await client.put<Sprocket>(path, newSprocket({ teeth: 6 }))

  expect(made).toMatchObject({ status: 201, body: { teeth: 5 } })
  expect(made.headers.get('location')).toBe(path)
  expect(replaced).toMatchObject({ status: 200, body: { teeth: 6, create_time: made.body.create_time } })
  expect(replaced.headers.get('etag')).not.toBe(made.headers.get('etag'))
})

test('PUT of half a sprocket is refused and changes nothing', async () => {
  const before = await create({})

  const answer = await client.put(`/v1/sprockets/${before.id}`, { teeth: 6 })

  expect(answer.status).toBe(400)
  expect(fieldsOf(answer.body)).toEqual(['pitch_diameter', 'outside_diameter', 'pitch'])
  expect((await client.get(`/v1/sprockets/${before.id}`)).body).toEqual(before)
})

test('a deleted sprocket is gone, and its id may be taken again', async () => {
  const { id } = await create({})

  expect(await client.delete(`/v1/sprockets/${id}?force=true`)).toMatchObject({ status: 204, body: undefined })
  expect(await client.get(`/v1/sprockets/${id}`)).toMatchObject({ status: 404 })
  expect(await client.post(`/v1/sprockets?id=${id}`, newSprocket())).toMatchObject({ status: 201 })
})

async function create(overrides: Parameters<typeof newSprocket>[0]): Promise<Sprocket> {
  return (await client.post<Sprocket>('/v1/sprockets', newSprocket(overrides))).body
}

function fieldsOf(problem: unknown): readonly string[] {
  expect(problem).toMatchObject({ code: 'invalid_request', errors: expect.any(Array) })
  return (problem as { errors: { field: string }[] }).errors.map(({ field }) => field)
}
