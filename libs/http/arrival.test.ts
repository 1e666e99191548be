import { createManualClock } from '@mainspring/core'
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { expect, test } from 'vitest'
import { createArrival } from './arrival.ts'
import { defaultLimits } from './limits.ts'

test('a request whose socket is gone already has no address, and does no harm', async () => {
  const limits = { ...defaultLimits, requests_per_minute: 2 }
  const arrive = createArrival(limits, [], createManualClock('2026-11-20T09:30:00Z'))
  const addresses: string[] = []
  const app = fastify()
  app.decorateRequest('client_address', '')
  app.get('/', async (raw: FastifyRequest, reply: FastifyReply) => {
    Object.defineProperty(raw, 'ip', { value: undefined })
    arrive(raw, reply)
    addresses.push(raw.client_address)
    return ''
  })

  const { statusCode } = await app.inject('/')

  expect([statusCode, addresses]).toEqual([200, ['unknown']])
})
