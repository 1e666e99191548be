import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { OperationName } from '../operations.ts'

/** What the process that asks is told to do: as many requests as so many connections can make in that time. */
export interface LoadOrder {
  readonly url: string
  /** Each connection asks for all of these in turn, over and over. */
  readonly asked: readonly Asked[]
  readonly connections: number
  readonly seconds: number
}

/** One of the operations, or always the same: a GET, or a POST if there is a body. */
export type Asked =
  | { readonly collection: string; readonly operation: OperationName }
  | { readonly path: string; readonly body?: object }

/** What came of it. Latencies are milliseconds. */
export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
}

/** A process that makes requests, apart from the one that measures and from those that are measured. */
export interface Load {
  /** Throws unless every answer is a success. */
  readonly run: (order: LoadOrder) => Promise<LoadResult>
  readonly end: () => void
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)))
  return {
    async run(order) {
      const answer = once(child, 'message')
      child.send(order)
      const [{ result, error }] = await answer
      if (error !== undefined) throw new Error(error)
      return result
    },
    end: () => void child.kill(),
  }
}
