import { fileURLToPath } from 'node:url'
import { createCollector, createServiceProcess, describeEngine, describeOn, findServer } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const CLOCKWORK = fileURLToPath(new URL('../testing/clockwork.ts', import.meta.url))
/** With all three. */
const STRIKES = 3
const SPANS = ['schedule clocks.strike', 'send clocks.struck', 'publish to nats', 'process houses.hear']
const PATIENT = { timeout: 30_000, interval: 50 }

describeOn('nats', 'three workers', () => {
  describeEngine('postgres', 'on one database', (engine) => {
    test('run each schedule once and hear each event once, and what follows is one trace', {
      timeout: 60_000,
    }, async () => {
      const collector = await createCollector()
      onTestFinished(collector.close)
      const env = {
        ...{ WORKERS: '3', DATABASE_URL: await engine.createUrl(), DATABASE_POOL_SIZE: '4' },
        ...{ TRANSPORT: 'nats', NATS_URL: await findServer('nats'), NATS_STREAM: `once-${process.pid}-${Date.now()}` },
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      }
      const service = await createServiceProcess({ command: [process.execPath, CLOCKWORK], env })
      onTestFinished(() => service.destroy())
      const linesOf = (text: string) => service.log.filter(({ message }) => message === text)
      await service.start()
      const ready = await vi.waitFor(() => {
        const line = service.log.find(({ message }) => String(message).startsWith('ready at'))
        return line ?? Promise.reject(new Error('Not all workers are there.'))
      }, PATIENT)

      const before = linesOf('heard').length
      await vi.waitFor(() => expect(linesOf('heard').length).toBeGreaterThanOrEqual(before + STRIKES), PATIENT)
      await vi.waitFor(
        () => expect(collector.spans.map(({ name }) => name)).toEqual(expect.arrayContaining(SPANS)),
        PATIENT,
      )
      await service.end('SIGTERM')

      const struck = linesOf('struck')
      const heard = linesOf('heard')
      expect(ready.workers).toHaveLength(3)
      expect(new Set(struck.map(({ second }) => second)).size).toBe(struck.length)
      expect(new Set(heard.map(({ event_id }) => event_id)).size).toBe(heard.length)
      const originOf = ({ request_id, trace_id }: Readonly<Record<string, unknown>>) => ({ request_id, trace_id })
      expect(struck.map(originOf)).toEqual(expect.arrayContaining(heard.map(originOf)))
    })
  })
})
