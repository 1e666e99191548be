import { type EChartsOption, init, type SeriesOption } from 'echarts'
import type { Depths } from '../depth.ts'
import type { Backlog } from '../events/results.ts'
import type { Measurement } from '../measure.ts'
import { operations } from '../operations.ts'
import { type Spread, speedAgainst } from '../statistics.ts'

/** Nine tenths of the speed of code written by hand. */
const GOAL = 0.9
const BLUE = '#1f77b4'
const ORANGE = '#ff7f0e'
const GREY = '#666666'

/** Our speed against the twin's, operation by operation, with the least and the most of the rounds. */
export function drawSpeeds(title: string, group: readonly Measurement[]): string {
  const speeds = group.map((measurement) => speedAgainst(measurement, 'twin'))
  const rows = (read: (speed: NonNullable<(typeof speeds)[number]>) => Spread) =>
    speeds.map((speed) => (speed ? read(speed) : { median: 0, least: 0, most: 0 }))
  return draw(420, {
    title: { text: title, subtext: 'Ours against the twin: 1 is as fast; the goal is 0.9', left: 'center', top: 8 },
    legend: { bottom: 8, itemGap: 32, data: ['By requests per second', 'By requests per second of CPU'] },
    grid: { left: 56, right: 24, top: 72, bottom: 88 },
    xAxis: {
      type: 'category',
      data: group.map(({ operation }) => operations[operation]),
      axisLabel: { interval: 0, width: 100, overflow: 'break' },
    },
    yAxis: { type: 'value', min: 0 },
    series: [
      ...bars(
        'By requests per second',
        BLUE,
        rows((speed) => speed.rate),
        0,
      ),
      ...bars(
        'By requests per second of CPU',
        ORANGE,
        rows((speed) => speed.cpu),
        1,
      ),
    ],
  })
}

function bars(name: string, color: string, spreads: readonly Spread[], place: 0 | 1): readonly SeriesOption[] {
  const width = 22
  return [
    {
      name,
      type: 'bar' as const,
      barWidth: width,
      barGap: '10%',
      itemStyle: { color },
      data: spreads.map(({ median }) => round(median)),
      ...(place === 0 ? { markLine: goalLine } : {}),
    },
    {
      type: 'custom' as const,
      silent: true,
      z: 5,
      encode: { x: 0, y: [1, 2] },
      data: spreads.map(({ least, most }, index) => [index, least, most]),
      renderItem: (_, api) => {
        const shift = (place === 0 ? -0.55 : 0.55) * width
        const [index, least, most] = [0, 1, 2].map((dimension) => Number(api.value(dimension)))
        const [x = 0, top = 0] = api.coord([index ?? 0, most ?? 0])
        const [, bottom = 0] = api.coord([index ?? 0, least ?? 0])
        const line = (x1: number, y1: number, x2: number, y2: number) => ({
          type: 'line' as const,
          shape: { x1: x + shift + x1, y1, x2: x + shift + x2, y2 },
          style: { stroke: '#333333' },
        })
        return {
          type: 'group' as const,
          children: [line(0, top, 0, bottom), line(-4, top, 4, top), line(-4, bottom, 4, bottom)],
        }
      },
    },
  ]
}

/** As fast, and as fast as it shall at least be. */
const goalLine = {
  symbol: 'none',
  silent: true,
  label: { position: 'insideEndBottom' as const, formatter: '{b}' },
  data: [
    { yAxis: 1, name: '', lineStyle: { color: GREY, type: 'solid' as const } },
    { yAxis: GOAL, name: 'goal', lineStyle: { color: GREY, type: 'dashed' as const } },
  ],
}

/** What a page costs by how far down the list it begins. */
export function drawDepths(all: readonly Depths[]): string {
  const [first] = all
  const byToken = ({ pages }: Depths) => pages.filter(({ by }) => by === 'token')
  return draw(360, {
    title: { text: 'A page of 20 by how far down the list it begins', left: 'center', top: 8 },
    legend: { bottom: 8, itemGap: 32 },
    grid: { left: 64, right: 32, top: 72, bottom: 84 },
    xAxis: {
      type: 'category',
      name: 'Rows before it',
      nameLocation: 'middle',
      nameGap: 28,
      data: first ? byToken(first).map(({ depth }) => depth.toLocaleString('en')) : [],
    },
    yAxis: { type: 'value', name: 'Milliseconds (median)', min: 0, nameTextStyle: { align: 'left' } },
    series: all.map((depths, index) => ({
      name: depths.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL',
      type: 'line',
      color: index === 0 ? BLUE : ORANGE,
      data: byToken(depths).map(({ latency }) => round(latency.median)),
    })),
  })
}

/** How fast a backlog went, tenth by tenth. */
export function drawBacklogs(all: readonly Backlog[]): string {
  return draw(360, {
    title: { text: 'A backlog of events, from the first to the last', left: 'center', top: 8 },
    legend: { bottom: 8, itemGap: 32 },
    grid: { left: 72, right: 32, top: 72, bottom: 84 },
    xAxis: {
      type: 'category',
      name: 'Percent that is done',
      nameLocation: 'middle',
      nameGap: 28,
      data: all[0]?.rates.map((_, index) => String((index + 1) * 10)) ?? [],
    },
    yAxis: { type: 'value', name: 'Events per second', min: 0, nameTextStyle: { align: 'left' } },
    series: all.map(({ engine, rates }) => ({
      name: engine === 'sqlite' ? 'SQLite' : 'PostgreSQL',
      type: 'line',
      color: engine === 'sqlite' ? BLUE : ORANGE,
      data: rates.map(Math.round),
    })),
  })
}

const round = (value: number): number => Math.round(value * 1000) / 1000

function draw(height: number, option: EChartsOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 860, height })
  try {
    chart.setOption({ animation: false, backgroundColor: '#ffffff', ...option })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
