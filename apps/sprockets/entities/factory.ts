import { array, type FieldError, integer, type ObjectOf, object, text } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** More samples than this belong into a table of their own: see docs/decisions/0010-samples-in-one-column.md. */
export const MOST_SAMPLES = 10_000

/** The last second of the year 2999; a time in milliseconds would be far behind it. */
export const LAST_MOMENT = 32_503_679_999

const count = integer({ min: 0 })
const moment = integer({ min: 0, max: LAST_MOMENT })

/** Production against goal, sample by sample: three arrays of one length, times increasing. */
export const chartFields = {
  sprocket_production_actual: array(count, { max: MOST_SAMPLES, example: [32, 29], description: 'Sprockets made.' }),
  sprocket_production_goal: array(count, {
    max: MOST_SAMPLES,
    example: [32, 30],
    description: 'Sprockets that should have been made.',
  }),
  time: array(moment, {
    max: MOST_SAMPLES,
    example: [1_611_194_818, 1_611_194_878],
    description: 'Unix seconds, increasing.',
  }),
}

/** What a factory reports. */
export type ChartData = ObjectOf<typeof chartFields>

/** A factory and what it reported. */
export const Factory = entity(
  'factories',
  'factory',
  {
    name: text({ min: 1, max: 200, optional: true, filter: true, order: true, example: 'North plant' }),
    chart_data: object(chartFields, { description: 'Production against goal.' }),
  },
  { description: 'A factory and what it reported.', check: ({ chart_data }) => checkSeries(chart_data, 'chart_data.') },
)
export interface Factory extends Row<typeof Factory> {}

/** Says which array is out of step. Used for the whole series, and for what is added to one. */
export function checkSeries(series: ChartData, prefix = ''): readonly FieldError[] {
  const { sprocket_production_actual: actual, sprocket_production_goal: goal, time } = series
  const errors = Object.entries({ sprocket_production_actual: actual, sprocket_production_goal: goal })
    .filter(([, values]) => values.length !== time.length)
    .map(([name, values]) => ({
      field: `${prefix}${name}`,
      code: 'unequal_length',
      detail: `It has ${values.length} values and time has ${time.length}; all three must be equally long.`,
    }))
  const late = time.findIndex((moment, index) => index > 0 && moment <= (time[index - 1] ?? 0))
  if (late < 0) return errors
  const detail = `${time[late]} does not come after ${time[late - 1]}; times must increase.`
  return [...errors, { field: `${prefix}time[${late}]`, code: 'not_increasing', detail }]
}
