import { expect, test } from 'vitest'
import { checkSeries } from './factory.ts'

test('three empty arrays are a series', () => {
  const series = { sprocket_production_actual: [], sprocket_production_goal: [], time: [] }

  expect(checkSeries(series)).toEqual([])
})

test('three equally long arrays with increasing times are a series', () => {
  const series = { sprocket_production_actual: [32, 29], sprocket_production_goal: [32, 30], time: [60, 120] }

  expect(checkSeries(series)).toEqual([])
})

test('each array that is not as long as the times is named', () => {
  const series = { sprocket_production_actual: [32], sprocket_production_goal: [32, 30, 31], time: [60, 120] }

  const errors = checkSeries(series, 'chart_data.')

  expect(errors).toMatchObject([
    { field: 'chart_data.sprocket_production_actual', code: 'unequal_length', detail: /1 values and time has 2/ },
    { field: 'chart_data.sprocket_production_goal', code: 'unequal_length', detail: /3 values and time has 2/ },
  ])
})

test.each([
  ['falls back', [60, 180, 120], 'time[2]'],
  ['stands still', [60, 60, 120], 'time[1]'],
])('the first time that %s is named', (_, time, field) => {
  const series = { sprocket_production_actual: [1, 2, 3], sprocket_production_goal: [1, 2, 3], time }

  expect(checkSeries(series)).toMatchObject([{ field, code: 'not_increasing' }])
})

test('unequal lengths and unsorted times are told together', () => {
  const series = { sprocket_production_actual: [1], sprocket_production_goal: [1, 2], time: [120, 60] }

  expect(checkSeries(series).map(({ field }) => field)).toEqual(['sprocket_production_actual', 'time[1]'])
})
