import { randomUUID } from 'node:crypto'
import { createCheckedClient, createFactory } from '@mainspring/testing'
import { expect, inject, test } from 'vitest'
import { type ChartData, Factory } from '../entities/factory.ts'

const client = createCheckedClient(inject('base_url'))
const newFactory = createFactory(Factory)

test('appended samples are put in time order', async () => {
  const factory = await create([10, 30])

  const { status, headers, body } = await append(factory, series([20, 40]))

  expect({ status, body }).toMatchObject({
    status: 200,
    body: { id: factory.id, chart_data: series([10, 20, 30, 40]) },
  })
  const found = await client.get<Factory>(`/v1/factories/${factory.id}`)
  expect(found.body).toEqual(body)
  expect(found.headers.get('etag')).toBe(headers.get('etag'))
})

test('appending nothing is fine', async () => {
  const factory = await create([10])

  expect(await append(factory, series([]))).toMatchObject({ status: 200, body: { chart_data: series([10]) } })
})

test('a time that is there already is a 409, and none of the samples is added', async () => {
  const factory = await create([10, 20])

  const answer = await append(factory, series([15, 20, 25]))

  expect(answer).toMatchObject({ status: 409, body: { code: 'time_taken', errors: [{ field: 'time[1]' }] } })
  expect((await client.get(`/v1/factories/${factory.id}`)).body).toEqual(factory)
})

test.each([
  ['a count less', { ...series([30, 40]), sprocket_production_actual: [1] }, ['sprocket_production_actual']],
  ['a goal more', { ...series([30]), sprocket_production_goal: [1, 2] }, ['sprocket_production_goal']],
  ['a time less', { ...series([30, 40]), time: [30] }, ['sprocket_production_actual', 'sprocket_production_goal']],
  ['times that fall', series([40, 30]), ['time[1]']],
  ['a time twice', series([30, 30]), ['time[1]']],
  ['no arrays', {}, ['sprocket_production_actual', 'sprocket_production_goal', 'time']],
  ['a negative count', { ...series([30]), sprocket_production_actual: [-1] }, ['sprocket_production_actual[0]']],
  ['an array that is none', { ...series([30]), time: '30' }, ['time']],
  ['something unknown', { ...series([30]), humidity: [1] }, ['humidity']],
])('samples with %s are a 400 that names it, and change nothing', async (_, samples, fields) => {
  const factory = await create([10, 20])

  const { status, body } = await append(factory, samples)

  expect({ status, body }).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: fields.map((field) => ({ field })) },
  })
  expect((await client.get(`/v1/factories/${factory.id}`)).body).toEqual(factory)
})

test('a body is needed', async () => {
  const factory = await create([])

  const answer = await client.send('POST', `/v1/factories/${factory.id}:append`)

  expect(answer).toMatchObject({ status: 400, body: { code: 'body_required' } })
})

test('a factory that is full takes no more', async () => {
  const factory = await create(Array.from({ length: 9_999 }, (_, index) => index))

  expect(await append(factory, series([10_000, 10_001]))).toMatchObject({
    status: 400,
    body: { code: 'too_many_samples', most: 10_000 },
  })
  expect(await append(factory, series([10_000]))).toMatchObject({ status: 200 })
  expect(await append(factory, series([10_001]))).toMatchObject({ status: 400 })
})

test('there is nothing to append to a factory that is not there', async () => {
  expect(await append({ id: randomUUID() }, series([10]))).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('500 appends to one factory at once lose none', async () => {
  const factory = await create([])
  const times = Array.from({ length: 500 }, (_, index) => index)

  const answers = await Promise.all(times.map((time) => append(factory, series([time]))))

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect((await client.get<Factory>(`/v1/factories/${factory.id}`)).body.chart_data).toEqual(series(times))
})

test('a plant that reports much may ask for short answers', async () => {
  const factory = await create([])

  expect(await append(factory, series([60]), { prefer: 'return=minimal' })).toMatchObject({
    status: 204,
    body: undefined,
  })
  expect((await client.get<Factory>(`/v1/factories/${factory.id}`)).body.chart_data.time).toEqual([60])
})

const append = ({ id }: { readonly id: string }, samples: object, headers: Record<string, string> = {}) =>
  client.post<Factory>(`/v1/factories/${id}:append`, samples, headers)

async function create(time: readonly number[]): Promise<Factory> {
  return (await client.post<Factory>('/v1/factories', newFactory({ chart_data: series(time) }))).body
}

/** Counts that tell by their value at which time they were made. */
function series(time: readonly number[]): ChartData {
  return {
    sprocket_production_actual: time.map((moment) => moment + 1),
    sprocket_production_goal: time.map((moment) => moment + 2),
    time,
  }
}
