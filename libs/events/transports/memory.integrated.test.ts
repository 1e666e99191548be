import { describeEngine } from '@mainspring/testing'
import { memorySource } from '../source.ts'
import { conforms } from './testing/conformance.ts'

const features = { broker: false, durable: false, lag: 'lag', backlog: 20_000, reshards: false } as const

for (const engine of ['sqlite', 'postgres', 'mysql'] as const) {
  describeEngine(engine, 'the transport memory', (each) => {
    conforms(each, features, async () => ({
      connect: (outbox) => ({ sources: [memorySource(outbox)], close: async () => {} }),
      close: async () => {},
    }))
  })
}
