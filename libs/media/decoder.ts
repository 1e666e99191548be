import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type AppError, invalid, unavailable } from '@mainspring/core'
import type { DecodingAnswer, DecodingRequest, Rendition } from './rendition.ts'

/** How much the decoding of pictures may take. */
export interface DecodingLimits {
  /** Of one picture: more than any telephone takes, less than fills the memory. */
  readonly pixels: number
  /** Seconds for one picture. */
  readonly seconds: number
  /** Pictures at a time, each in a process of its own. */
  readonly at_once: number
  /** Pictures that may wait for their turn. */
  readonly waiting: number
}

/** Limits that suit a machine with two cores. */
export const defaultDecodingLimits: DecodingLimits = { pixels: 50_000_000, seconds: 10, at_once: 2, waiting: 16 }

/** Decodes a picture and encodes it anew. `load` is called when it is its turn. Throws what is wrong with it. */
export type Decoder = (load: () => Promise<Uint8Array>) => Promise<Rendition>

/** Makes a decoder, whose pictures share its limits. */
export function createDecoder(limits: DecodingLimits): Decoder {
  const { at_once, waiting } = limits
  const queue: (() => void)[] = []
  let running = 0
  return async (load) => {
    if (running >= at_once) await turn()
    else running++
    try {
      return await decode(await load(), limits)
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }

  function turn(): Promise<void> {
    if (queue.length >= waiting) {
      throw unavailable('media_busy', { detail: `${queue.length} pictures wait already.`, retry_after: 5 })
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    queue.push(resolve)
    return promise
  }
}

const PROGRAM = fileURLToPath(new URL('decode.ts', import.meta.url))

/** Without the environment, which holds secrets; threads would each keep a heap of their own. */
const SETTINGS = { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' }

async function decode(bytes: Uint8Array, { pixels, seconds }: DecodingLimits): Promise<Rendition> {
  const answer = await ask({ bytes, most_pixels: pixels }, seconds)
  if ('rendition' in answer) return answer.rendition
  if (answer.problem === 'damaged') throw damaged(answer.reason)
  const { width, height } = answer
  throw invalid('picture_too_large', {
    detail: `The picture has ${width} × ${height} pixels; ${pixels} are the most, in all.`,
    most_pixels: pixels,
  })
}

function ask(request: DecodingRequest, seconds: number): Promise<DecodingAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodingAnswer>()
  const child = fork(PROGRAM, {
    serialization: 'advanced',
    execArgv: [],
    env: SETTINGS,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const timer = setTimeout(() => {
    reject(invalid('picture_too_slow', { detail: `The picture was not decoded within ${seconds} s.` }))
    child.kill('SIGKILL')
  }, seconds * 1000)
  child.once('message', (answer: DecodingAnswer) => resolve(answer))
  child.on('error', reject)
  // What brings down the decoder is no picture. What it said before is told before.
  child.once('disconnect', () => reject(damaged('the decoder gave up')))
  child.send(request, (error) => {
    if (error) reject(error)
  })
  return promise.finally(() => clearTimeout(timer))
}

const damaged = (reason: string): AppError =>
  invalid('picture_damaged', { detail: `The picture cannot be decoded whole: ${reason.trim().replace(/\.?$/, '.')}` })
