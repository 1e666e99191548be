import { arbitraryOf, refusal } from '@mainspring/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Asset } from '../entities/asset.ts'
import { Location } from '../entities/location.ts'
import { User } from '../entities/user.ts'
import {
  getAsset,
  getRental,
  idsOf,
  makeAsset,
  makeLocation,
  makeRental,
  makeUser,
  stranger,
} from '../testing/client.ts'
import { newAsset, newLocation, newUser } from '../testing/depot.ts'

interface Collection {
  readonly bodies: fc.Arbitrary<object>
  readonly newOne: () => object
  readonly makeOne: () => Promise<{ readonly id: string }>
  /** The field by which a rental refers to it. */
  readonly reference: string
}

const collections: Readonly<Record<string, Collection>> = {
  users: { bodies: arbitraryOf(User), newOne: newUser, makeOne: makeUser, reference: 'user_id' },
  assets: { bodies: arbitraryOf(Asset), newOne: newAsset, makeOne: () => makeAsset(), reference: 'asset_id' },
  locations: {
    bodies: arbitraryOf(Location),
    newOne: newLocation,
    makeOne: makeLocation,
    reference: 'created_at_location_id',
  },
}

describe.each(Object.entries(collections))('%s', (collection, { bodies, newOne, makeOne, reference }) => {
  const list = `/v1/${collection}`

  test('come back as they were sent, changed where they were changed, and are gone when they are deleted', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, bodies, async (sent, other) => {
        const { status, body } = await stranger.post<{ readonly id: string }>(list, sent)
        const path = `${list}/${body.id}`
        expect({ status, body }).toMatchObject({ status: 201, body: sent })
        expect((await stranger.get(path)).body).toEqual(body)

        expect(await stranger.patch(path, other)).toMatchObject({ status: 200, body: other })
        expect(await stranger.put(path, sent)).toMatchObject({ status: 200, body: sent })

        expect(await stranger.delete(path)).toMatchObject({ status: 204 })
        expect(await stranger.get(path)).toMatchObject({ status: 404 })
      }),
      { numRuns: 15 },
    )
  })

  test('are made, got, changed and deleted in batches', async () => {
    const send = (method: string, requests: readonly object[]) =>
      stranger.post<{ readonly results: readonly { readonly id: string }[] }>(`${list}:${method}`, { requests })

    const made = await send('batch-create', [newOne(), newOne()])
    const ids = made.body.results.map(({ id }) => ({ id }))
    const got = await send('batch-get', ids)
    const changed = await send(
      'batch-update',
      ids.map(({ id }) => ({ id, patch: newOne() })),
    )
    const gone = await send('batch-delete', ids)

    expect([made, got, changed, gone].map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(got.body).toEqual(made.body)
    expect(await send('batch-get', ids)).toMatchObject({ status: 404 })
  })

  test('with rentals stay, unless they take those along', async () => {
    const { id } = await makeOne()
    const rental = await makeRental({ [reference]: id })

    const refused = await stranger.delete(`${list}/${id}`)
    const kept = await getRental(rental.id)
    const forced = await stranger.delete(`${list}/${id}?force=true`)

    expect(refused).toMatchObject({ status: 409, body: { code: 'has_dependents', dependents: 1 } })
    expect(kept).toEqual(rental)
    expect(forced).toMatchObject({ status: 204 })
    await expect(getRental(rental.id)).rejects.toMatchObject({ status: 404 })
  })
})

test.each([
  ['users', { name: '' }, 'name'],
  ['users', { name: 'Ada', email: 'ada@' }, 'email'],
  ['users', { name: 'Ada', phone: '030 123456' }, 'phone'],
  ['users', { name: 'Ada', language_code: 'English' }, 'language_code'],
  ['assets', { asset_type: 'spoon' }, 'asset_type'],
  ['assets', {}, 'asset_type'],
  ['locations', {}, 'name'],
])('%s are refused that are %j', async (collection, body, field) => {
  const answer = await stranger.post(`/v1/${collection}`, body)

  expect(answer.body).toMatchObject(refusal(400, field))
})

test('whether a container is out is not for clients to say', async () => {
  const { id } = await makeAsset()

  const changed = await stranger.patch(`/v1/assets/${id}`, { state: 'OUT' })

  expect(changed).toMatchObject({ status: 200, body: { state: 'AVAILABLE' } })
  expect(await getAsset(id)).toEqual(changed.body)
})

test('containers are found by type and state', async () => {
  const [bowl, mug] = [await makeAsset('large-bowl'), await makeAsset('mug')]
  await makeRental({ asset_id: mug.id })
  const among = `id in ['${bowl.id}', '${mug.id}']`

  expect(await idsOf('/v1/assets', `${among} && state == 'OUT'`)).toEqual([mug.id])
  expect(await idsOf('/v1/assets', `${among} && asset_type == 'large-bowl'`)).toEqual([bowl.id])
})
