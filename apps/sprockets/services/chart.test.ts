import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { LAST_MOMENT } from '../entities/factory.ts'
import { drawChart } from './chart.ts'

const start = Date.UTC(2024, 0, 1, 8) / 1000
const data = {
  sprocket_production_actual: [32, 29, 31],
  sprocket_production_goal: [32, 30, 30],
  time: [start, start + 60, start + 120],
}

test('a chart shows its title, what the two lines are, and the time in UTC', async () => {
  const { texts } = parse(await drawChart('North plant', data))

  expect(texts).toEqual(expect.arrayContaining(['North plant', 'Actual', 'Goal', 'Sprockets', '08:01']))
})

test('a chart has a solid line through what was made and a dashed one through the goal', async () => {
  const { lines } = parse(await drawChart('North plant', data))

  expect(lines).toMatchObject([{ points: 3 }, { points: 3, dashes: '8,4' }])
  expect(lines[0]?.dashes).toBeUndefined()
})

test('a chart without samples has its title and no line', async () => {
  const { texts, lines } = parse(
    await drawChart('North plant', { sprocket_production_actual: [], sprocket_production_goal: [], time: [] }),
  )

  expect(texts).toEqual(expect.arrayContaining(['North plant', 'Actual', 'Goal']))
  expect(lines).toMatchObject([{ points: 0 }, { points: 0 }])
})

test('a title is text, whatever is in it', async () => {
  const { texts, elements } = parse(await drawChart('<script>alert("1")</script> & {a|b}', data))

  expect(texts).toContain('<script>alert("1")</script> & {a|b}')
  expect(elements).not.toContain('script')
})

test('a title that names a property of objects changes none of them', async () => {
  const { texts } = parse(await drawChart('__proto__', data))

  expect(texts).toContain('__proto__')
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('a long title ends within the picture', async () => {
  const { texts } = parse(await drawChart('W'.repeat(200), data))

  expect(texts).toContainEqual(expect.stringMatching(/^W{20,60}\.\.\.$/))
})

test('a chart is well-formed XML, whatever the title', async () => {
  const title = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\u0001', '\u001f', '\ufffe', '\n', '<', '&', ']]>'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  })

  await fc.assert(
    fc.asyncProperty(title, async (text) => {
      expect(parse(await drawChart(text, data)).elements[0]).toBe('svg')
    }),
  )
})

test('a chart is drawn of any samples that a factory may have', async () => {
  const most = Number.MAX_SAFE_INTEGER

  const { elements } = parse(
    await drawChart('Far', {
      sprocket_production_actual: [0, most],
      sprocket_production_goal: [most, 0],
      time: [0, LAST_MOMENT],
    }),
  )

  expect(elements).toContain('path')
})

interface Line {
  readonly points: number
  readonly dashes: string | undefined
}

/** What a reader sees; throws if it is no well-formed XML. The lines are all that is clipped. */
function parse(svg: string) {
  const elements: string[] = []
  const texts: string[] = []
  const lines: Line[] = []
  let clipped = false
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    elements.push(name)
    if (name === 'g') clipped = 'clip-path' in attributes
    if (name === 'path' && clipped)
      lines.push({ points: attributes.d?.match(/[ML]/g)?.length ?? 0, dashes: attributes['stroke-dasharray'] })
    if (name === 'text') texts.push('')
  })
  parser.on('closetag', ({ name }) => {
    if (name === 'g') clipped = false
  })
  parser.on('text', (text) => {
    if (elements.at(-1) === 'text') texts.push((texts.pop() ?? '') + text.trim())
  })
  parser.write(svg).close()
  return { elements, texts, lines }
}
