import { array, boolean, date, integer, number, object, oneOf, text, timestamp } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'
import { everyMethod, resource } from '@mainspring/resource'
import { arbitraryOf, type CheckedClient, describeEachEngine } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Library, startLibrary } from './testing/library.ts'

const Thing = entity('things', 'thing', {
  name: text({ min: 1, max: 40, order: true, filter: true }),
  note: text({ max: 100, optional: true, filter: true }),
  count: integer({ default: 3, order: true }),
  size: number({ optional: true, order: true }),
  is_active: boolean({ default: false, filter: true }),
  day: date({ optional: true }),
  moment: timestamp({ optional: true }),
  kind: oneOf(['SMALL', 'LARGE'], { optional: true }),
  parts: object(
    { list: array(integer({ min: 0 }), { max: 3 }), label: text({ max: 10, default: 'none' }) },
    { optional: true },
  ),
  state: oneOf(['NEW', 'USED'], { output_only: true, default: 'NEW' }),
})
type Thing = Row<typeof Thing>
type Body = Readonly<Record<string, unknown>>

const bodies: fc.Arbitrary<Body> = arbitraryOf(Thing)
const defaults = {
  note: null,
  count: 3,
  size: null,
  is_active: false,
  day: null,
  moment: null,
  kind: null,
  parts: null,
}

/** What a body becomes: absent is the default, null restores it, moments are UTC. */
function expected(body: Body): Body {
  const given = Object.entries(body).filter(([name, value]) => value !== null || defaultOf(name) === null)
  const filled = { ...defaults, ...Object.fromEntries(given) }
  const moment = 'moment' in filled && typeof filled.moment === 'string' ? new Date(filled.moment).toISOString() : null
  const parts = filled.parts === null ? null : { label: 'none', ...Object(filled.parts) }
  return JSON.parse(JSON.stringify({ ...filled, moment, parts }, (_, value) => (Object.is(value, -0) ? 0 : value)))
}
/** RFC 7396, for one level and what is below it. */
function patched(before: Body, patch: Body): Body {
  const merged: Record<string, unknown> = { ...before }
  for (const [name, value] of Object.entries(patch)) {
    const isBoth = isObject(value) && isObject(before[name])
    if (value === null) delete merged[name]
    else merged[name] = isBoth ? patched({ ...Object(before[name]) }, { ...value }) : value
  }
  return merged
}
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const defaultOf = (name: string): unknown => Reflect.get(defaults, name)

describeEachEngine('a resource', (engine) => {
  let library: Library
  let client: CheckedClient
  const runs = { numRuns: engine.name === 'sqlite' ? 60 : 25 }

  beforeAll(async () => {
    library = await startLibrary(await engine.createUrl(), [resource(Thing, everyMethod)])
    client = library.client
  })
  afterAll(() => library.stop())

  const make = async (body: Body): Promise<Thing> => {
    const answer = await client.post<Thing>('/v1/things', body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body
  }
  const get = async (id: string): Promise<Thing> => (await client.get<Thing>(`/v1/things/${id}`)).body

  test('what is created is what is got', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const created = await make(body)

        expect(created).toMatchObject(expected(body))
        expect(await get(created.id)).toEqual(created)
      }),
      runs,
    )
  })

  test('a patch changes only what it names', async () => {
    const patches = fc
      .tuple(bodies, fc.subarray(['name', 'note', 'count', 'is_active', 'moment', 'parts', 'size']))
      .map(([body, names]) => Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name))))
    await fc.assert(
      fc.asyncProperty(bodies, patches, async (body, patch) => {
        const before = await make(body)

        const { status, body: after } = await client.patch<Thing>(`/v1/things/${before.id}`, patch)

        expect(status).toBe(200)
        const untouched = Object.entries(before).filter(([name]) => !(name in patch) && name !== 'update_time')
        expect(after).toMatchObject(Object.fromEntries(untouched))
        const { id, path, create_time, update_time, state, ...mine } = before
        expect(after).toMatchObject(expected(patched(mine, patch)))
        expect(await get(before.id)).toEqual(after)
      }),
      runs,
    )
  })

  test('a null restores the default, and is refused where there is none', async () => {
    const full = { name: 'full', note: 'n', count: 9, is_active: true, parts: { list: [1], label: 'x' }, kind: 'LARGE' }
    const { id } = await make(full)

    const restored = await client.patch<Thing>(`/v1/things/${id}`, {
      note: null,
      count: null,
      is_active: null,
      parts: { label: null },
    })
    const refused = await client.patch(`/v1/things/${id}`, { name: null, kind: null })

    expect(restored.body).toMatchObject({ note: null, count: 3, is_active: false, parts: { list: [1], label: 'none' } })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'name', code: 'required' }] } })
    expect(await get(id)).toEqual(restored.body)
  })

  test('PUT makes a thing of just these values, whatever was there, and again changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, bodies, async (first, second) => {
        const before = await make(first)

        const replaced = await client.put<Thing>(`/v1/things/${before.id}`, second)
        const again = await client.put<Thing>(`/v1/things/${before.id}`, second)

        expect(replaced.status).toBe(200)
        expect(replaced.body).toMatchObject({ ...expected(second), create_time: before.create_time })
        expect({ ...again.body, update_time: '' }).toEqual({ ...replaced.body, update_time: '' })
      }),
      runs,
    )
  })

  test('PUT where nothing is makes it, as POST would', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.uuid(), async (body, id) => {
        const made = await client.put<Thing>(`/v1/things/${id}`, body)

        expect([200, 201]).toContain(made.status)
        expect(made.body).toMatchObject({ ...expected(body), id })
      }),
      runs,
    )
  })

  test('what is deleted is gone, and its id is free again', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { id } = await make(body)

        expect((await client.delete(`/v1/things/${id}`)).status).toBe(204)
        expect((await client.get(`/v1/things/${id}`)).status).toBe(404)
        expect((await client.delete(`/v1/things/${id}`)).status).toBe(404)
        expect((await client.patch(`/v1/things/${id}`, body)).status).toBe(404)
        expect((await client.post(`/v1/things?id=${id}`, body)).status).toBe(201)
      }),
      runs,
    )
  })

  test('what the service owns is ignored when it is sent', async () => {
    const owned = { state: 'USED', create_time: 'rubbish', update_time: 7, path: 'elsewhere/1' }

    const created = await make({ name: 'mine', ...owned })
    const patched = await client.patch<Thing>(`/v1/things/${created.id}`, { count: 4, ...owned })
    const replaced = await client.put<Thing>(`/v1/things/${created.id}`, { name: 'mine', ...owned })

    for (const thing of [created, patched.body, replaced.body]) {
      expect(thing).toMatchObject({ state: 'NEW', path: `things/${created.id}`, create_time: created.create_time })
    }
  })

  test('a batch does what its entries would do one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { minLength: 1, maxLength: 12 }), async (entries) => {
        const made = await client.post<{ results: Thing[] }>('/v1/things:batch-create', { requests: entries })
        const ids = made.body.results.map(({ id }) => id)
        const got = await client.post<{ results: Thing[] }>('/v1/things:batch-get', {
          requests: ids.map((id) => ({ id })),
        })
        const changed = await client.post<{ results: Thing[] }>('/v1/things:batch-update', {
          requests: ids.map((id, index) => ({ id, patch: { count: index } })),
        })
        const gone = await client.post('/v1/things:batch-delete', { requests: ids.map((id) => ({ id })) })

        expect(made.body.results).toMatchObject(entries.map(expected))
        expect(got.body.results).toEqual(made.body.results)
        expect(changed.body.results.map(({ count }) => count)).toEqual(ids.map((_, index) => index))
        expect(gone.status).toBe(200)
        expect((await client.get(`/v1/things/${ids[0]}`)).status).toBe(404)
      }),
      runs,
    )
  })

  test('a batch with one bad entry changes nothing and names it', async () => {
    const [one, two] = await Promise.all([make({ name: 'one' }), make({ name: 'two' })])
    const good = { id: one.id, patch: { count: 50 } }

    const wrongValue = await client.post('/v1/things:batch-update', {
      requests: [good, { id: two.id, patch: { count: 'x' } }],
    })
    const wrongId = await client.post('/v1/things:batch-update', { requests: [good, { id: 'nobody', patch: {} }] })
    const stale = await client.post('/v1/things:batch-update', {
      requests: [good, { id: two.id, etag: '"0"', patch: {} }],
    })
    const taken = await client.post('/v1/things:batch-create', {
      requests: [{ name: 'three' }, { id: one.id, name: 'four' }],
    })
    const twice = await client.post('/v1/things:batch-delete', { requests: [{ id: one.id }, { id: one.id }] })

    expect(wrongValue).toMatchObject({ status: 400, body: { errors: [{ field: 'requests[1].patch.count' }] } })
    expect(wrongId).toMatchObject({ status: 404, body: { errors: [{ field: 'requests[1].id' }] } })
    expect(stale).toMatchObject({ status: 412, body: { errors: [{ field: 'requests[1].etag' }] } })
    expect(taken).toMatchObject({ status: 409, body: { errors: [{ field: 'requests[1].id' }] } })
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ field: 'requests[1].id', code: 'duplicate_id' }] } })
    expect(await get(one.id)).toEqual(one)
    expect(await get(two.id)).toEqual(two)
  })

  test('PUT is never refused because others make and delete the same thing meanwhile', async () => {
    const both = Array.from({ length: 20 }, () => [
      client.put('/v1/things/contested', { name: 'mine' }),
      client.delete('/v1/things/contested'),
    ])

    const answers = await Promise.all(both.flat())

    const statuses = answers.filter((_, index) => index % 2 === 0).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 200 && status !== 201)).toEqual([])
  })

  test('of two patches to different fields at once both hold', async () => {
    const { id } = await make({ name: 'both' })

    await Promise.all([
      client.patch(`/v1/things/${id}`, { note: 'a' }),
      client.patch(`/v1/things/${id}`, { count: 8 }),
      client.patch(`/v1/things/${id}`, { size: 1.5 }),
    ])

    expect(await get(id)).toMatchObject({ note: 'a', count: 8, size: 1.5 })
  })
})
