import { createLog } from '@mainspring/core'
import { type Collector, createCollector } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openCollector } from './open-telemetry.ts'
import { kernelSettings, readSettings } from './settings.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentOf = (flags: string) => ({ traceparent: `00-${TRACE}-00f067aa0ba902b7-${flags}`, tracestate: 'vendor=1' })
const SOON = { timeout: 5_000, interval: 20 }

test('a span belongs to the trace of what caused it, and hands it on', async () => {
  const { tracer, collector } = await open()

  const span = tracer.start('process', { kind: 'consumer', parent: parentOf('01'), attributes: { teeth: 9 } })
  span.end({ error: new RangeError('too many teeth') })
  await tracer.close()

  expect(span.context).toEqual({
    traceparent: expect.stringMatching(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`)),
    tracestate: 'vendor=1',
  })
  expect(collector.spans).toMatchObject([
    {
      ...{ name: 'process', kind: 5, status: 2, traceId: TRACE, parentSpanId: '00f067aa0ba902b7' },
      attributes: { teeth: 9, 'error.type': 'RangeError' },
    },
  ])
})

test('what its caller does not want to be told is not, and what follows knows', async () => {
  const { tracer, collector } = await open()

  const span = tracer.start('process', { parent: parentOf('00') })
  span.end()
  await tracer.close()

  expect(span.context.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
  expect(collector.spans).toEqual([])
})

test.each([
  ['always_off', 0],
  ['parentbased_always_off', 0],
  ['traceidratio', 0],
  ['parentbased_traceidratio', 0],
  ['always_on', 1],
])('the sampler %s tells %d of one trace', async (sampler, told) => {
  const { tracer, collector } = await open({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0' })

  tracer.start('schedule', {}).end()
  await tracer.close()

  expect(collector.spans).toHaveLength(told)
})

test('the collector gets the headers that it wants', async () => {
  const { tracer, collector } = await open({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, tenant=1' })

  tracer.start('schedule', {}).end()
  await tracer.close()

  expect(collector.headers).toMatchObject([{ 'api-key': 'a b', tenant: '1' }])
})

test('that a collector takes nothing is said once, and that it does again', async () => {
  const { tracer, collector, lines } = await open()

  collector.refuse(true)
  for (let exports = 1; exports <= 2; exports++) {
    tracer.start('lost', {}).end()
    await vi.waitFor(() => expect(collector.headers).toHaveLength(exports), SOON)
  }
  collector.refuse(false)
  tracer.start('told', {}).end()
  await vi.waitFor(() => expect(lines).toHaveLength(2), SOON)
  await tracer.close()

  expect(lines).toEqual(['the collector of traces takes nothing for now', 'the collector of traces takes them again'])
  expect(collector.spans.map(({ name }) => name)).toEqual(['told'])
})

test('a collector that hangs is left behind', async () => {
  const { tracer } = await open({}, { hangs: true })
  tracer.start('lost', {}).end()

  const began = performance.now()
  await tracer.close()

  expect(performance.now() - began).toBeLessThan(2_000)
})

async function open(environment: Record<string, string> = {}, options: Parameters<typeof createCollector>[0] = {}) {
  const collector: Collector = await createCollector(options)
  onTestFinished(collector.close)
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line).message) })
  const settings = readSettings(kernelSettings, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...environment })
  return { collector, lines, tracer: openCollector(settings, '1.0.0', log) }
}
