import { createFactory, describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChartData, Factory } from '../entities/factory.ts'
import { type Floor, openFloor } from '../testing/floor.ts'
import { appendSamples, chartFactory } from './factory-service.ts'

const newFactory = createFactory(Factory, { chart_data: series([]) })

describeEachEngine('a factory', (engine) => {
  let floor: Floor
  beforeAll(async () => {
    floor = await openFloor(await engine.createUrl())
  })
  afterAll(() => floor.database.close())

  test('keeps each of 500 samples that are appended at once', async () => {
    const { id } = await insert()
    const times = Array.from({ length: 500 }, (_, index) => index)

    const versions = await Promise.all(times.map((time) => append(id, [time])))

    const { chart_data } = await floor.database.reader.get(Factory, id)
    expect(chart_data).toEqual(series(times))
    expect(new Set(versions.map((factory) => factory.chart_data.time.length)).size).toBe(500)
  })

  test('takes one of many samples for the same time', async () => {
    const { id } = await insert()

    const results = await Promise.allSettled(Array.from({ length: 20 }, () => append(id, [60])))

    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(reasons).toHaveLength(19)
    for (const reason of reasons) expect(reason).toMatchObject({ kind: 'conflict', code: 'time_taken' })
    expect((await floor.database.reader.get(Factory, id)).chart_data).toEqual(series([60]))
  })

  test('keeps what it has when samples are refused', async () => {
    const before = await insert(series([60, 120]))

    await expect(append(before.id, [90, 120])).rejects.toMatchObject({ code: 'time_taken' })
    await expect(append(before.id, [90, 80])).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'time[1]' }],
    })

    expect(await floor.database.reader.get(Factory, before.id)).toEqual(before)
  })

  test('that is not there takes no samples and has no chart', async () => {
    await expect(append('nowhere', [60])).rejects.toMatchObject({ kind: 'not_found' })
    await expect(floor.write((needs) => chartFactory(needs, { id: 'nowhere' }))).rejects.toMatchObject({
      kind: 'not_found',
    })
  })

  const insert = (chart_data = series([])) => floor.write(({ db }) => db.insert(Factory, newFactory({ chart_data })))

  const append = (id: string, times: readonly number[]) =>
    floor.write((needs) => appendSamples(needs, { id, ...series(times) }))
})

/** Counts that tell by their value at which time they were made. */
function series(time: readonly number[]): ChartData {
  return {
    sprocket_production_actual: time.map((moment) => moment + 1),
    sprocket_production_goal: time.map((moment) => moment + 2),
    time,
  }
}
