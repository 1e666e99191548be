import { type Collector, createCollector, createServiceProcess, type ServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const SOON = { timeout: 15_000, interval: 50 }
const AWAY = 'the collector of traces takes nothing for now'
/** What every process has in which to end, milliseconds. */
const DRAINED_WITHIN = 8_000

/** Says which modules of OpenTelemetry are loaded. */
const WATCH = `import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) {
  if (name.startsWith('@opentelemetry/')) console.log('loads ' + name)
  return next(name, context)
} })`

test('all that follows from a request is one trace, and is found in the log by its id', async () => {
  const collector = await startCollector()
  const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'depot' })

  await scan(service, { traceparent: `00-${TRACE}-${SPAN}-01`, 'x-request-id': 'scan-1' })

  await vi.waitFor(() => expect(namesIn(collector)).toContain('process rentals.audit_return'), SOON)
  expect(service.output).toContain('loads @opentelemetry/api')
  expect(pathTo(collector, 'process rentals.count_return')).toEqual([
    'POST /v1/returns',
    'unit of work',
    'send rentals.return_requested',
    'process rentals.settle_return',
    'send rentals.return_rejected',
    'process rentals.count_return',
  ])
  expect(pathTo(collector, 'process rentals.audit_return').slice(0, -1)).toEqual(
    pathTo(collector, 'process rentals.count_return').slice(0, -1),
  )
  expect(collector.spans.find(({ name }) => name === 'POST /v1/returns')).toMatchObject({
    ...{ parentSpanId: SPAN, service: 'depot' },
    attributes: { 'http.response.status_code': 201, 'http.route': '/v1/returns', 'mainspring.request_id': 'scan-1' },
  })
  expect(service.log.filter(({ request_id }) => request_id === 'scan-1')).toMatchObject([
    { message: 'request', trace_id: TRACE },
    {
      ...{ message: 'a scan was settled', trace_id: TRACE },
      ...{ listener: 'rentals.audit_return', event_type: 'rentals.return_rejected', event_id: expect.any(String) },
    },
  ])
})

test('a collector that is away is told of, and is no other trouble', async () => {
  const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })

  await scan(service)

  await vi.waitFor(() => expect(linesOf(service, 'a scan was settled')).toHaveLength(1), SOON)
  await vi.waitFor(() => expect(linesOf(service, AWAY)).toHaveLength(1), SOON)
  expect(await service.end('SIGTERM')).toMatchObject({ code: 0 })
})

test('a collector that hangs keeps nobody from ending in time', async () => {
  const collector = await startCollector({ hangs: true })
  const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
  await scan(service)

  const began = performance.now()
  const { code } = await service.end('SIGTERM')

  expect(code).toBe(0)
  expect(performance.now() - began).toBeLessThan(DRAINED_WITHIN)
})

test('where nobody collects traces, nothing for it is loaded, and a trace goes on in the log', async () => {
  const service = await start({})

  await scan(service, { traceparent: `00-${TRACE}-${SPAN}-01` })

  await vi.waitFor(() => expect(linesOf(service, 'a scan was settled')).toMatchObject([{ trace_id: TRACE }]), SOON)
  expect(service.output).not.toContain('loads @opentelemetry')
})

async function startCollector(options?: Parameters<typeof createCollector>[0]): Promise<Collector> {
  const collector = await createCollector(options)
  onTestFinished(collector.close)
  return collector
}

async function start(env: Record<string, string>): Promise<ServiceProcess> {
  const hook = `data:text/javascript,${encodeURIComponent(WATCH)}`
  const main = new URL('main.ts', import.meta.url).pathname
  const service = await createServiceProcess({
    command: [process.execPath, '--import', hook, main],
    env: { FIXTURES: '0', ...env },
  })
  onTestFinished(() => service.destroy())
  await service.start(['rentals'])
  return service
}

/** Sends a scan that nothing can be made of: it is recorded, rejected, counted and audited. */
async function scan({ url }: ServiceProcess, headers: Record<string, string> = {}): Promise<void> {
  const post = (path: string, body: object, more = {}) =>
    fetch(`${url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...more },
      body: JSON.stringify(body),
    })
  await post('locations', { id: 'market', name: 'Market' })
  const codes = { user_qr_data: '?', asset_qr_data: '?' }
  const scanned = await post('returns', { ...codes, location_id: 'market', scan_time: new Date() }, headers)
  expect(scanned.status).toBe(201)
}

const linesOf = ({ log }: ServiceProcess, text: string) => log.filter(({ message }) => message === text)

const namesIn = ({ spans }: Collector) => spans.map(({ name }) => name)

/** The names from the first span of the trace down to one. */
function pathTo({ spans }: Collector, name: string): readonly string[] {
  const path: string[] = []
  let span = spans.find((each) => each.name === name && each.traceId === TRACE)
  for (; span; span = spans.find(({ spanId }) => spanId === span?.parentSpanId)) path.unshift(span.name)
  return path
}
