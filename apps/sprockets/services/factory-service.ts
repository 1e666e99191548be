import { conflict, invalid, invalidFields } from '@mainspring/core'
import type { Create, Reads } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import { type ChartData, checkSeries, Factory, MOST_SAMPLES } from '../entities/factory.ts'
import { FactoryCreated, ProductionFellShort, ProductionReported } from '../events.ts'
import { drawChart } from './chart.ts'
import { findNewShortfall, NO_SAMPLES, sumUp } from './shortfall.ts'

type Needs = Pick<Writes, 'db' | 'emit'>
type Target = { readonly id: string }

/** Makes factories. One that comes with a shortfall has just fallen short, as far as anybody knows. */
export async function createFactories(
  { db, emit }: Needs,
  inputs: readonly Create<typeof Factory>[],
): Promise<readonly Factory[]> {
  const factories = await db.insertMany(Factory, inputs)
  for (const factory of factories) {
    await emit(FactoryCreated, { ...nameOf(factory), ...NO_SUMS, ...sumUp(factory.chart_data) })
    await tellShortfall({ emit }, NO_SAMPLES, factory)
  }
  return factories
}

/** Adds samples in time order. The factory's row is locked, so that appends at once take turns and none is lost. */
export async function appendSamples({ db, emit }: Needs, { id, ...samples }: Target & ChartData): Promise<Factory> {
  const errors = checkSeries(samples)
  if (errors.length > 0) throw invalidFields(errors)

  const factory = await db.getForUpdate(Factory, id)
  const chart_data = mergeSeries(factory.chart_data, samples)
  const reported = await db.update(Factory, factory, { chart_data })
  const sums = sumUp(samples)
  if (sums) {
    await emit(ProductionReported, { ...nameOf(reported), ...sums })
    await tellShortfall({ emit }, factory.chart_data, reported)
  }
  return reported
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

/** Tells of the shortfall that a factory came to have since its samples were those before. */
async function tellShortfall({ emit }: Pick<Needs, 'emit'>, before: ChartData, factory: Factory): Promise<void> {
  const sums = sumUp(findNewShortfall(before, factory.chart_data))
  if (sums) await emit(ProductionFellShort, { ...nameOf(factory), ...sums })
}

const nameOf = ({ id: factory_id, name }: Factory) => ({ factory_id, name })

const NO_SUMS = { samples: 0, actual_sum: 0, goal_sum: 0 }
