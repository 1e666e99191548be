import { expect, test } from 'vitest'
import { asSpan, type SpanOptions, type Tracer, traceIdOf } from './trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const cause = { requestid: 'r1', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }

test('a traceparent names its trace', () => {
  expect(traceIdOf(cause.traceparent)).toBe(TRACE)
})

test.each([
  undefined,
  '',
  'nonsense',
  `00-${TRACE}-00f067aa0ba902b7`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `ff-${TRACE}-00f067aa0ba902b7-01`,
  `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
  [cause.traceparent],
])('what is none names no trace: %s', (header) => {
  expect(traceIdOf(header)).toBeUndefined()
})

test('without a tracer nothing is described, and the cause is handed on as it is', async () => {
  const handed = await asSpan(
    undefined,
    cause,
    () => expect.unreachable(),
    async (given) => given,
  )

  expect(handed).toBe(cause)
})

test('with one the cause that is handed on is the span, which ends with what came of it', async () => {
  const ends: unknown[] = []
  const tracer: Tracer = {
    start: (name, { parent }: SpanOptions) => ({
      context: { traceparent: `${name} below ${parent?.traceparent}` },
      end: (end) => void ends.push(end?.error),
    }),
    close: async () => {},
  }
  const failure = new Error('no')

  const handed = await asSpan(
    tracer,
    cause,
    () => ['work'],
    async (given) => given,
  )
  const failed = asSpan(
    tracer,
    cause,
    () => ['work'],
    () => Promise.reject(failure),
  )

  expect(handed).toEqual({ requestid: 'r1', traceparent: `work below ${cause.traceparent}` })
  await expect(failed).rejects.toBe(failure)
  expect(ends).toEqual([undefined, failure])
})
