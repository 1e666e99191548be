import { AppError, type Clock } from '@mainspring/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PROBES } from './health.ts'

const WINDOW = 60

/**
 * Counts the requests of each client in windows of a minute, tells what is left in the headers of
 * draft-ietf-httpapi-ratelimit-headers-10, and answers an error when nothing is. All windows end together and are forgotten
 * together, so that memory is bounded by the clients of one minute. Each process counts for itself.
 */
export function createRateLimit(
  limit: number,
  clock: Clock,
): (raw: FastifyRequest, reply: FastifyReply) => AppError | undefined {
  const policy = `"client";q=${limit};w=${WINDOW}`
  let counts = new Map<string, number>()
  let end = 0
  return (raw, reply) => {
    if (PROBES.has(raw.url)) return undefined
    const now = clock.now()
    if (now >= end) {
      counts = new Map()
      end = now + WINDOW * 1000
    }
    const client = clientOf(raw.client_address)
    const count = (counts.get(client) ?? 0) + 1
    counts.set(client, count)

    const left = Math.max(0, limit - count)
    const reset = Math.ceil((end - now) / 1000)
    reply.header('ratelimit-policy', policy).header('ratelimit', `"client";r=${left};t=${reset}`)
    if (count <= limit) return undefined
    const detail = `At most ${limit} requests in ${WINDOW} s: come again in ${reset} s.`
    return new AppError('too_many', 'too_many_requests', { detail, limit, retry_after: reset })
  }
}

/** The address, or of IPv6 its first 64 bits: the rest is its owner's to choose. */
function clientOf(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip
  const [head = '', tail = ''] = ip.split('::')
  const before = head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = ip.includes('::') ? Array<string>(8 - before.length - after.length).fill('0') : []
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
