import type { ChartData } from '../entities/factory.ts'

const WIDTH = 800

/** Production against goal over time, as an SVG document of 800 × 400. Goal is dashed; no browser is needed. */
export async function drawChart(title: string, data: ChartData): Promise<string> {
  // Loaded with the first chart: it would double the time to start.
  const { init } = await import('echarts')
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: 400 })
  try {
    const seriesOf = (values: readonly number[]) =>
      values.map((value, index) => [(data.time[index] ?? 0) * 1000, value])
    chart.setOption({
      animation: false,
      useUTC: true,
      backgroundColor: '#ffffff',
      title: {
        text: printable(title),
        subtext: periodOf(data),
        left: 'center',
        top: 8,
        textStyle: { width: WIDTH - 40, overflow: 'truncate' },
      },
      legend: { bottom: 8, itemGap: 32 },
      grid: { left: 56, right: 24, top: 72, bottom: 64 },
      xAxis: { type: 'time' },
      yAxis: { type: 'value', name: 'Sprockets' },
      series: [
        {
          name: 'Actual',
          type: 'line',
          showSymbol: false,
          data: seriesOf(data.sprocket_production_actual),
          color: '#1f77b4',
        },
        {
          name: 'Goal',
          type: 'line',
          showSymbol: false,
          data: seriesOf(data.sprocket_production_goal),
          color: '#d62728',
          lineStyle: { type: 'dashed' },
        },
      ],
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

/** `2024-01-01 08:00 to 2024-01-01 08:19 UTC` */
function periodOf({ time }: ChartData): string {
  const [first, last] = [time[0], time.at(-1)].map((seconds) =>
    seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' '),
  )
  return first === undefined ? 'No samples yet' : `${first} to ${last} UTC`
}

/**
 * A heading has one line, and XML 1.0 no place for most control characters. The space behind it keeps it from being the
 * name of a property: the library looks texts up in a plain object, and `__proto__` would change all objects there are.
 */
const printable = (title: string): string => `${title.replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')} `
