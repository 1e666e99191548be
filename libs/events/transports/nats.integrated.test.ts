import { createLog } from '@mainspring/core'
import { describeEngine, describeOn, startNats } from '@mainspring/testing'
import { openNats } from './nats.ts'
import { conforms } from './testing/conformance.ts'
import { createGate } from './testing/gate.ts'
import type { Ground } from './testing/stage.ts'

const features = { broker: true, durable: true, lag: 'lag', backlog: 20_000, reshards: false } as const

async function openGround(): Promise<Ground> {
  const server = await startNats()
  const gate = await createGate(server.url)
  const log = createLog({ level: 'silent' })
  const names = new WeakMap<object, string>()
  let worlds = 0

  return {
    ...gate,
    connect(outbox) {
      const stream = names.get(outbox) ?? `test-${++worlds}`
      names.set(outbox, stream)
      const transport = openNats({ url: gate.url, stream, log })
      return {
        publisher: transport.publisher('meters'),
        sources: transport.sources(['meters']),
        close: transport.close,
      }
    },
    crash: () => server.crash(),
    start: () => server.start(),
    async close() {
      await gate.close()
      await server.destroy()
    },
  }
}

describeOn('nats', 'the transport nats', () => {
  for (const engine of ['sqlite', 'postgres'] as const) {
    describeEngine(engine, 'between databases', (each) => conforms(each, features, openGround))
  }
})
