import { randomUUID } from 'node:crypto'
import { arbitraryOf, createCheckedClient, createFactory } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { type ChartData, Factory, LAST_MOMENT } from '../entities/factory.ts'

interface Page {
  readonly results: readonly Factory[]
  readonly total_size?: number
}

const client = createCheckedClient(inject('base_url'))
const { env } = (await client.get<{ env: string }>('/status')).body
const newFactory = createFactory(Factory, { chart_data: series([]) })

test('a created factory is there as it was sent', async () => {
  const sent = newFactory({ name: 'Zürich 工場 🏭', chart_data: series([10, 20]) })

  const { status, headers, body } = await client.post<Factory>('/v1/factories', sent)

  expect({ status, body }).toMatchObject({ status: 201, body: sent })
  expect(await client.get(headers.get('location') ?? '')).toMatchObject({ status: 200, body })
})

test('any valid factory comes back as it was sent, and may be drawn', async () => {
  const chart_data = fc
    .uniqueArray(fc.integer({ min: 0, max: LAST_MOMENT }))
    .map((times) => series(times.sort((a, b) => a - b)))

  await fc.assert(
    fc.asyncProperty(arbitraryOf(Factory, { chart_data }), async (sent) => {
      const { status, body } = await client.post<Factory>('/v1/factories', sent)

      expect({ status, body }).toMatchObject({ status: 201, body: sent })
      expect((await client.get(`/v1/factories/${body.id}`)).body).toEqual(body)
      expect((await client.get(`/v1/factories/${body.id}:chart`)).status).toBe(200)
    }),
    { numRuns: 50 },
  )
})

test('a factory may go without a name', async () => {
  expect(await client.post('/v1/factories', newFactory())).toMatchObject({ status: 201, body: { name: null } })
  expect(await client.post('/v1/factories', newFactory({ name: null }))).toMatchObject({
    status: 201,
    body: { name: null },
  })
})

test.each([
  ['a name without characters', { name: '' }, 'name'],
  ['a long name', { name: 'x'.repeat(201) }, 'name'],
  ['no chart data', { chart_data: undefined }, 'chart_data'],
  ['a missing array', { chart_data: { ...series([]), time: undefined } }, 'chart_data.time'],
  ['an array that is none', { chart_data: { ...series([]), time: 5 } }, 'chart_data.time'],
  [
    'a negative count',
    { chart_data: { ...series([1]), sprocket_production_goal: [-1] } },
    'chart_data.sprocket_production_goal[0]',
  ],
  [
    'half a sprocket',
    { chart_data: { ...series([1]), sprocket_production_actual: [0.5] } },
    'chart_data.sprocket_production_actual[0]',
  ],
  ['a null among times', { chart_data: { ...series([1]), time: [null] } }, 'chart_data.time[0]'],
  ['a time in milliseconds', { chart_data: { ...series([1]), time: [1_700_000_000_000] } }, 'chart_data.time[0]'],
  [
    'one count too many',
    { chart_data: { ...series([1]), sprocket_production_actual: [1, 2] } },
    'chart_data.sprocket_production_actual',
  ],
  [
    'one goal too few',
    { chart_data: { ...series([1]), sprocket_production_goal: [] } },
    'chart_data.sprocket_production_goal',
  ],
  ['times that fall', { chart_data: series([20, 10]) }, 'chart_data.time[1]'],
  ['a time twice', { chart_data: series([10, 20, 20]) }, 'chart_data.time[2]'],
  ['an unknown array', { chart_data: { ...series([]), humidity: [] } }, 'chart_data.humidity'],
  ['too many samples', { chart_data: series(upTo(10_001)) }, 'chart_data.time'],
])('a factory with %s is a 400 that names it', async (_, overrides, field) => {
  const answer = await client.post<{ errors: { field: string }[] }>('/v1/factories', { ...newFactory(), ...overrides })

  expect(answer.status).toBe(400)
  expect(answer.body.errors.map((error) => error.field)).toContain(field)
})

test('a factory may have 10,000 samples', async () => {
  const chart_data = series(upTo(10_000))

  const { body } = await client.post<Factory>('/v1/factories', newFactory({ chart_data }))

  expect((await client.get<Factory>(`/v1/factories/${body.id}`)).body.chart_data).toEqual(chart_data)
})

test('factories are listed by name, those without first', async () => {
  const name = randomUUID()
  const requests = [
    newFactory({ name: `${name} b` }),
    newFactory({ name: `${name} a` }),
    newFactory({ name: `${name.toUpperCase()} c` }),
    newFactory(),
  ]
  await client.post('/v1/factories:batch-create', { requests })

  const filter = `name.lowerAscii().startsWith("${name}")`
  const { body } = await list({ filter, order_by: 'name', show_total_size: 'true' })

  expect(body.results.map((factory) => factory.name?.at(-1))).toEqual(['c', 'a', 'b'])
  expect(body.total_size).toBe(3)
  expect((await list({ filter: 'name == null', max_page_size: '1' })).body.results).toMatchObject([{ name: null }])
  expect((await list({ order_by: 'name', max_page_size: '1' })).body.results).toMatchObject([{ name: null }])
})

test('what is not declared for it neither filters nor orders', async () => {
  expect(await list({ filter: 'chart_data == null' })).toMatchObject({ status: 400, body: { code: 'invalid_filter' } })
  expect(await list({ order_by: 'chart_data' })).toMatchObject({ status: 400, body: { code: 'invalid_order' } })
})

test('a batch makes factories and gets them, all or none', async () => {
  const [one, other] = [randomUUID(), randomUUID()]

  const refused = await client.post('/v1/factories:batch-create', {
    requests: [newFactory({ id: one }), newFactory({ id: other, chart_data: series([2, 1]) })],
  })
  const made = await client.post('/v1/factories:batch-create', {
    requests: [newFactory({ id: one }), newFactory({ id: other })],
  })

  expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'requests[1].chart_data.time[1]' }] } })
  expect(made).toMatchObject({ status: 200, body: { results: [{ id: one }, { id: other }] } })
  const got = await client.post('/v1/factories:batch-get', { requests: [{ id: other }, { id: one }] })
  expect(got).toMatchObject({ status: 200, body: { results: [{ id: other }, { id: one }] } })
})

test.runIf(env === 'development')('the fixtures are there', async () => {
  const requests = ['1', '2', '3'].map((id) => ({ id }))

  const factories = await client.post<Page>('/v1/factories:batch-get', { requests })
  const sprockets = await client.post('/v1/sprockets:batch-get', { requests })

  expect(factories.status).toBe(200)
  for (const { chart_data } of factories.body.results) expect(chart_data.time.length).toBeGreaterThanOrEqual(20)
  expect(sprockets).toMatchObject({ status: 200, body: { results: requests } })
})

test('a chart is an SVG document of the factory', async () => {
  const { body } = await client.post<Factory>(
    '/v1/factories',
    newFactory({ name: '<script>alert(1)</script>', chart_data: series([60, 120]) }),
  )

  const chart = await client.get<string>(`/v1/factories/${body.id}:chart`)

  expect(chart.status).toBe(200)
  expect(chart.headers.get('content-type')).toMatch(/^image\/svg\+xml/)
  expect(chart.body).toMatch(/^<svg[\s\S]*&lt;script&gt;alert\(1\)&lt;\/script&gt;[\s\S]*<\/svg>\s*$/)
})

test('a chart of a factory without a name or samples has its id', async () => {
  const { body } = await client.post<Factory>('/v1/factories', newFactory())

  expect((await client.get<string>(`/v1/factories/${body.id}:chart`)).body).toContain(`Factory ${body.id}`)
  expect(await client.get(`/v1/factories/${randomUUID()}:chart`)).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  })
})

const list = (parameters: Record<string, string>) =>
  client.get<Page>(`/v1/factories?${new URLSearchParams(parameters)}`)

function upTo(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index)
}

function series(time: readonly number[]): ChartData {
  return { sprocket_production_actual: time.map(() => 30), sprocket_production_goal: time.map(() => 31), time }
}
