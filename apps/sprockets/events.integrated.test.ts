import { createFactory, describeEachEngine, type Told } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChartData, Factory } from './entities/factory.ts'
import { appendSamples, createFactories } from './services/factory-service.ts'
import { type Floor, openFloor } from './testing/floor.ts'
import { expectShortfalls, type Sample, seriesOf } from './testing/shortfalls.ts'

const newFactory = createFactory(Factory)
const at = (time: number) => new Date(time * 1000).toISOString()

describeEachEngine('sprockets', (engine) => {
  let floor: Floor
  beforeAll(async () => {
    floor = await openFloor(await engine.createUrl())
  })
  afterAll(() => floor.database.close())

  test('tells of each factory that is made, and at once of a shortfall that one comes with', async () => {
    const told = await floor.listen(() =>
      create({ name: 'Empty', chart_data: seriesOf([]) }, { name: null, chart_data: seriesOf(below(6)) }),
    )

    expect(told).toEqual([
      {
        ...{ type: 'sprockets.factory_created', factory_id: expect.any(String), name: 'Empty' },
        ...{ samples: 0, actual_sum: 0, goal_sum: 0 },
      },
      expect.objectContaining({ type: 'sprockets.factory_created', samples: 6, first_time: at(0), last_time: at(5) }),
      {
        ...{ type: 'sprockets.production_fell_short', factory_id: told[1]?.factory_id, name: null, samples: 6 },
        ...{ actual_sum: 174, goal_sum: 180, first_time: at(0), last_time: at(5) },
      },
    ])
  })

  test('tells what was reported together, and nothing of nothing or of what is refused', async () => {
    const id = await add(seriesOf(below(2)))

    const told = await floor.listen(async () => {
      await append(
        id,
        seriesOf([
          { time: 60, isBelow: false },
          { time: 30, isBelow: true },
        ]),
      )
      await append(id, seriesOf([]))
      await append(id, seriesOf([{ time: 30, isBelow: true }])).catch(() => undefined)
    })

    expect(told).toEqual([
      expect.objectContaining({
        ...{ type: 'sprockets.production_reported', factory_id: id, samples: 2, actual_sum: 59, goal_sum: 60 },
        ...{ first_time: at(30), last_time: at(60) },
      }),
    ])
  })

  test('tells of a shortfall once, however it goes on, and again when there is another', async () => {
    const id = await add(seriesOf([]))
    const marks = [...'-------+--+------'].map((mark, time) => ({ time, isBelow: mark === '-' }))

    const told = await floor.listen(async () => {
      for (const mark of marks) await append(id, seriesOf([mark]))
    })

    expect(told.filter(isReport)).toHaveLength(marks.length)
    expect(shortfallsIn(told)).toEqual([
      [at(0), at(4)],
      [at(11), at(15)],
    ])
  })

  test('tells of shortfalls as they come about, whatever order 500 samples at once are taken in', async () => {
    const id = await add(seriesOf([]))
    const samples = Array.from({ length: 500 }, (_, time): Sample => ({ time, isBelow: time % 9 !== 0 }))

    let taken: readonly (readonly [place: number, sample: Sample])[] = []
    const told = await floor.listen(async () => {
      taken = await Promise.all(
        samples.map(async (sample) => {
          const { chart_data } = await append(id, seriesOf([sample]))
          return [chart_data.time.length, sample] as const
        }),
      )
    })

    const order = taken.toSorted(([a], [b]) => a - b).map(([, sample]) => [sample])
    const expected = expectShortfalls(order).map(([first, last]) => [at(first), at(last)])
    expect(told.filter(isReport)).toHaveLength(500)
    expect(shortfallsIn(told).toSorted()).toEqual(expected.toSorted())
    expect(expected.length).toBeGreaterThan(0)
  })

  const create = (...inputs: readonly { readonly name: string | null; readonly chart_data: ChartData }[]) =>
    floor.write((needs) => createFactories(needs, inputs))
  const append = (id: string, series: ChartData) => floor.write((needs) => appendSamples(needs, { id, ...series }))
  const add = async (chart_data: ChartData) =>
    (await floor.write(({ db }) => db.insert(Factory, newFactory({ chart_data })))).id
})

const below = (count: number): readonly Sample[] =>
  Array.from({ length: count }, (_, time) => ({ time, isBelow: true }))

const isReport = ({ type }: Told): boolean => type === 'sprockets.production_reported'

const shortfallsIn = (told: readonly Told[]) =>
  told
    .filter(({ type }) => type === 'sprockets.production_fell_short')
    .map(({ first_time, last_time }) => [first_time, last_time])
