import { conflict, invalid, invalidFields } from '@mainspring/core'
import type { Reads, Writes } from '@mainspring/data'
import { type ChartData, checkSeries, Factory, MOST_SAMPLES } from '../entities/factory.ts'
import { drawChart } from './chart.ts'

type Target = { readonly id: string }

/** Adds samples in time order. The factory's row is locked, so that appends at once take turns and none is lost. */
export async function appendSamples({ db }: Writes, { id, ...samples }: Target & ChartData): Promise<Factory> {
  const errors = checkSeries(samples)
  if (errors.length > 0) throw invalidFields(errors)

  const factory = await db.getForUpdate(Factory, id)
  const chart_data = mergeSeries(factory.chart_data, samples)
  return db.update(Factory, factory, { chart_data })
}

/** Draws production against goal as SVG. */
export async function chartFactory({ db }: Reads, { id }: Target): Promise<string> {
  const factory = await db.get(Factory, id)
  return drawChart(factory.name ?? `Factory ${factory.id}`, factory.chart_data)
}

/** Two series as one, in time order. A moment that both have is refused: which of the two counts is not ours to guess. */
export function mergeSeries(known: ChartData, added: ChartData): ChartData {
  const moments = new Set(known.time)
  const twice = added.time.findIndex((time) => moments.has(time))
  if (twice >= 0) {
    throw conflict('time_taken', {
      field: `time[${twice}]`,
      detail: `There is a sample at ${added.time[twice]} already.`,
      time: added.time[twice],
    })
  }
  if (known.time.length + added.time.length > MOST_SAMPLES) {
    throw invalid('too_many_samples', {
      field: 'time',
      detail: `A factory keeps at most ${MOST_SAMPLES} samples.`,
      most: MOST_SAMPLES,
    })
  }
  const all = [...samplesOf(known), ...samplesOf(added)].sort((a, b) => a.time - b.time)
  return {
    sprocket_production_actual: all.map(({ actual }) => actual),
    sprocket_production_goal: all.map(({ goal }) => goal),
    time: all.map(({ time }) => time),
  }
}

const samplesOf = ({ sprocket_production_actual, sprocket_production_goal, time }: ChartData) =>
  time.map((time, index) => ({
    time,
    actual: sprocket_production_actual[index] ?? 0,
    goal: sprocket_production_goal[index] ?? 0,
  }))
