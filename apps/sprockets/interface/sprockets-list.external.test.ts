import { randomInt } from 'node:crypto'
import { type Answer, createCheckedClient, createFactory } from '@mainspring/testing'
import { beforeAll, expect, inject, test } from 'vitest'
import { Sprocket } from '../entities/sprocket.ts'

interface Page {
  readonly results: readonly Sprocket[]
  readonly next_page_token?: string
  readonly total_size?: number
}

const client = createCheckedClient(inject('base_url'))
const newSprocket = createFactory(Sprocket)

/** Nobody else's sprockets have as many teeth as those of this run. */
const teeth = randomInt(1_000_000, 2 ** 47)
const mine = `teeth == ${teeth}`
const pitches = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]

beforeAll(async () => {
  const requests = pitches.map((pitch, index) => newSprocket({ teeth, pitch, outside_diameter: index + 1 }))
  expect(await client.post('/v1/sprockets:batch-create', { requests })).toMatchObject({ status: 200 })
})

test('a filter finds what it says', async () => {
  expect(await find(`${mine} && pitch > 5`)).toEqual([9, 6, 8])
  expect(await find(`${mine} && (pitch == 4 || pitch == 9)`)).toEqual([4, 9])
  expect(await find(`${mine} && !(pitch in [1, 3, 5])`)).toEqual([4, 9, 2, 6, 8])
  expect(await find(`${mine} && create_time < timestamp("2001-01-01T00:00:00Z")`)).toEqual([])
})

test.each([
  ['an operator that is none', 'teeth === 5', 8],
  ['an unknown field', 'no_such_field == "red"', 0],
  ['a value of another type', 'teeth == "red"', 9],
  ['an open bracket', '(teeth == 5', 11],
])('a filter with %s is a 400 with the position', async (_, filter, position) => {
  const answer = await list({ filter })

  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'invalid_filter', errors: [{ field: 'filter' }], position },
  })
})

test('results come in the order asked, ties by id', async () => {
  const { body } = await list({ filter: mine, order_by: 'pitch,-outside_diameter' })

  const expected = body.results.toSorted((a, b) => a.pitch - b.pitch || b.outside_diameter - a.outside_diameter)
  expect(body.results).toHaveLength(pitches.length)
  expect(body.results).toEqual(expected)
})

test.each(['id', 'teeth', 'pitch_diameter', 'outside_diameter', 'pitch', 'create_time', 'update_time'])(
  '%s orders, up and down, and filters',
  async (field) => {
    const tie = field === 'id' ? [] : ['id']
    const up = (await list({ filter: mine, order_by: [field, ...tie].join() })).body.results
    const down = (await list({ filter: mine, order_by: [field, ...tie].map((name) => `-${name}`).join() })).body.results

    expect(down).toEqual(up.toReversed())
    expect((await list({ filter: `${mine} && ${field} != null` })).body.results).toHaveLength(up.length)
  },
)

test.each(['no_such_field', 'path', 'teeth,teeth', ','])('an order by %s is a 400', async (order_by) => {
  expect(await list({ order_by })).toMatchObject({
    status: 400,
    body: { code: 'invalid_order', errors: [{ field: 'order_by' }] },
  })
})

test('a walk from page to page sees every sprocket once', async () => {
  const seen = await walk({ filter: mine, max_page_size: '5', order_by: '-pitch' })

  expect(seen.map(({ length }) => length)).toEqual([5, 5, 2])
  expect(seen.flat()).toEqual((await list({ filter: mine, order_by: '-pitch' })).body.results)
})

test('a walk by links is the same walk', async () => {
  const seen: Sprocket[] = []
  let path: string | undefined = pathOf({ filter: mine, max_page_size: '5', order_by: '-pitch' })

  while (path !== undefined) {
    const page: Answer<Page> = await client.get(path)
    seen.push(...page.body.results)
    path = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1]
  }

  expect(seen).toEqual((await list({ filter: mine, order_by: '-pitch' })).body.results)
})

test('the total counts what the filter lets through, on every page', async () => {
  const first = await list({ filter: mine, max_page_size: '5', show_total_size: 'true' })
  const page_token = first.body.next_page_token ?? ''

  const second = await list({ filter: mine, max_page_size: '5', show_total_size: 'true', page_token })

  expect([first.body.total_size, second.body.total_size]).toEqual([12, 12])
  expect((await list({ filter: mine })).body).not.toHaveProperty('total_size')
})

test('skip passes over results, also behind a page', async () => {
  const all = (await list({ filter: mine })).body.results
  const { next_page_token: page_token = '' } = (await list({ filter: mine, max_page_size: '2' })).body

  expect((await list({ filter: mine, skip: '3' })).body.results).toEqual(all.slice(3))
  expect((await list({ filter: mine, skip: '3', page_token })).body.results).toEqual(all.slice(5))
  expect((await list({ filter: mine, skip: '10000' })).body.results).toEqual([])
})

test('a page token is good for another size, and for no other filter or order', async () => {
  const { next_page_token: page_token = '' } = (await list({ filter: mine, max_page_size: '2' })).body

  expect((await list({ filter: mine, page_token })).body.results).toHaveLength(10)
  const refused = { status: 400, body: { code: 'page_token_invalid', errors: [{ field: 'page_token' }] } }
  expect(await list({ page_token })).toMatchObject(refused)
  expect(await list({ filter: mine, order_by: 'pitch', page_token })).toMatchObject(refused)
  expect(await list({ filter: mine, page_token: `${page_token}x` })).toMatchObject(refused)
  expect(await list({ filter: mine, page_token: page_token.toUpperCase() })).toMatchObject(refused)
  expect(await client.get(pathOf({ page_token }).replace('sprockets', 'factories'))).toMatchObject(refused)
})

test('a page ends where it did although its last sprocket is gone', async () => {
  const filter = `teeth == ${teeth + 1}`
  const requests = Array.from({ length: 4 }, () => newSprocket({ teeth: teeth + 1 }))
  await client.post('/v1/sprockets:batch-create', { requests })
  const { results, next_page_token: page_token = '' } = (await list({ filter, max_page_size: '2' })).body
  const all = (await list({ filter })).body.results

  await client.delete(`/v1/sprockets/${results[1]?.id}`)

  expect((await list({ filter, page_token })).body.results).toEqual(all.slice(2))
})

test('a page of 0 is one of the usual size, a larger than the largest is lowered, a negative refused', async () => {
  expect((await list({ filter: mine, max_page_size: '0' })).body.results).toHaveLength(12)
  expect(await list({ filter: mine, max_page_size: '1000000' })).toMatchObject({ status: 200 })
  expect(await list({ max_page_size: '-1' })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'max_page_size' }] },
  })
})

test.each([
  ['max_page_size', 'many'],
  ['skip', '-1'],
  ['skip', '10001'],
  ['show_total_size', 'maybe'],
  ['sort', 'teeth'],
])('the parameter %s=%s is a 400 that names it', async (name, value) => {
  expect(await list({ [name]: value })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ field: name }] },
  })
})

test('a wrong filter and a wrong order are named at once', async () => {
  expect(await list({ filter: 'teeth ==', order_by: 'no_such_field' })).toMatchObject({
    status: 400,
    body: {
      errors: [
        { field: 'order_by', code: 'invalid_order' },
        { field: 'filter', code: 'invalid_filter' },
      ],
    },
  })
})

const pathOf = (parameters: Record<string, string>): string => `/v1/sprockets?${new URLSearchParams(parameters)}`

const list = (parameters: Record<string, string>) => client.get<Page>(pathOf(parameters))

/** The pitches of what a filter finds, in the order in which they were made. */
async function find(filter: string): Promise<readonly number[]> {
  const { status, body } = await list({ filter, order_by: 'outside_diameter' })
  expect(status).toBe(200)
  return body.results.map(({ pitch }) => pitch)
}

async function walk(parameters: Record<string, string>): Promise<readonly (readonly Sprocket[])[]> {
  const pages: (readonly Sprocket[])[] = []
  for (let page_token: string | undefined = ''; page_token !== undefined; ) {
    const { body } = await list({ ...parameters, ...(page_token === '' ? {} : { page_token }) })
    pages.push(body.results)
    page_token = body.next_page_token
  }
  return pages
}
