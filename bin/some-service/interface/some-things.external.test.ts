import { randomUUID } from 'node:crypto'
import { arbitraryOf, createCheckedClient, createFactory } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, inject, test, vi } from 'vitest'
import { SomeThing } from '../entities/some-thing.ts'

interface Results {
  readonly results: readonly SomeThing[]
}

// Every answer is held against the service's own /openapi.json, so these say only what the document does not.
const client = createCheckedClient(inject('base_url'))
const newSomeThing = createFactory(SomeThing)

test('whatever is valid comes back as it was sent', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryOf(SomeThing), async (sent) => {
      const { status, body } = await client.post<SomeThing>('/v1/some-things', sent)

      expect({ status, body }).toMatchObject({ status: 201, body: { ...sent, state: 'OPEN' } })
      expect((await client.get(`/v1/some-things/${body.id}`)).body).toEqual(body)
    }),
    { numRuns: 20 },
  )
})

test.each([
  ['no name', { name: undefined }, 'name'],
  ['an empty name', { name: '' }, 'name'],
  ['a long name', { name: 'x'.repeat(201) }, 'name'],
  ['an unknown field', { no_such_field: 1 }, 'no_such_field'],
])('%s is a 400 that names the field', async (_, wrong, field) => {
  const answer = await client.post('/v1/some-things', { ...newSomeThing(), ...wrong })

  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ field }] } })
})

test('what is closed says why, and is not closed again', async () => {
  const { id } = await create()

  const closed = await client.post(`/v1/some-things/${id}:close`, { reason: 'Done.' })
  const again = await client.post(`/v1/some-things/${id}:close`, { reason: 'Done twice.' })

  expect(closed).toMatchObject({ status: 200, body: { id, state: 'CLOSED', close_reason: 'Done.' } })
  expect(again).toMatchObject({ status: 409, body: { code: 'some_thing_closed' } })
  expect((await client.get(`/v1/some-things/${id}`)).body).toMatchObject({ close_reason: 'Done.' })
})

test('others are notified of what was closed', async () => {
  const { id } = await create()

  await client.post(`/v1/some-things/${id}:close`, { reason: 'Done.' })

  await vi.waitFor(
    async () => {
      const { body } = await client.get<SomeThing>(`/v1/some-things/${id}`)
      expect(body.notify_time).toEqual(expect.any(String))
    },
    { timeout: 10_000 },
  )
})

test('who closes says why', async () => {
  const { id } = await create()

  const answer = await client.post(`/v1/some-things/${id}:close`, {})

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'reason', code: 'required' }] } })
})

test('what is not there is a 404', async () => {
  const path = `/v1/some-things/${randomUUID()}`

  expect(await client.get(path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await client.post(`${path}:close`, { reason: 'Done.' })).toMatchObject({ status: 404 })
})

test('a write with the tag of an older version is refused', async () => {
  const { id } = await create()
  const path = `/v1/some-things/${id}`
  const etag = (await client.get(path)).headers.get('etag') ?? ''

  const first = await client.patch(path, { name: 'First' }, { 'If-Match': etag })
  const second = await client.patch(path, { name: 'Second' }, { 'If-Match': etag })

  expect(first).toMatchObject({ status: 200, body: { name: 'First' } })
  expect(second).toMatchObject({ status: 412, body: { code: 'etag_mismatch' } })
  expect(await client.get(path)).toMatchObject({ body: { name: 'First' } })
})

test('a batch is made, found and deleted, all or nothing', async () => {
  const [one, other] = [randomUUID(), randomUUID()]
  const ids = [{ id: one }, { id: other }]

  const refused = await batch('create', [newSomeThing({ id: one }), newSomeThing({ id: other, name: '' })])
  const missing = await batch('get', ids)
  const made = await batch('create', [newSomeThing({ id: one }), newSomeThing({ id: other })])
  const deleted = await batch('delete', ids)

  expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'requests[1].name' }] } })
  expect(missing.status).toBe(404)
  expect(made).toMatchObject({ status: 200, body: { results: ids } })
  expect(deleted.status).toBe(200)
})

test('a list is filtered by what the entity declares', async () => {
  const name = randomUUID()
  const { id } = await create({ name })
  await create({ name })
  await client.post(`/v1/some-things/${id}:close`, { reason: 'Done.' })

  const filter = `name == "${name}" && state == "CLOSED"`
  const { body } = await client.get<Results>(`/v1/some-things?${new URLSearchParams({ filter })}`)

  expect(body.results.map((each) => each.id)).toEqual([id])
})

const batch = (verb: string, requests: readonly object[]) =>
  client.post<Results>(`/v1/some-things:batch-${verb}`, { requests })

const create = async (values?: Parameters<typeof newSomeThing>[0]) =>
  (await client.post<SomeThing>('/v1/some-things', newSomeThing(values))).body
