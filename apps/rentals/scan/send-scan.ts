import { setTimeout as sleep } from 'node:timers/promises'
import type { Rental } from '../entities/rental.ts'
import type { Reason, Return } from '../entities/return.ts'
import type { Scan } from '../services/scan-service.ts'

/** What became of a scan. */
export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED'
  readonly message: string
  readonly rental_id: string | null
  readonly rental_returned_at: string | null
  readonly rental_status: Rental['status'] | null
  /** Why it failed: the reason of a return that was rejected, or the code of the error that the server answered. */
  readonly error: string | null
}

/** Where a scan is sent, and who is told of each step. */
export interface SendOptions {
  /** `http://127.0.0.1:8000` */
  readonly url: string
  readonly trace: (step: string) => void
  /** Milliseconds that the outcome is waited for. */
  readonly patience?: number
}

/** The server is not there. */
export class NoAnswer extends Error {}

/** Milliseconds between two looks: at first, and when it takes long. */
const LOOKS = { first: 20, longest: 500 }

/** Sends a scan and waits until it is settled. Throws `NoAnswer`. */
export async function sendScan(scan: Scan, { url, trace, patience = 30_000 }: SendOptions): Promise<Outcome> {
  const made = await call<Return>('POST', '/v1/returns', scan)
  if ('code' in made) return failed(made.code, made.detail)
  trace(`the return is ${made.id}`)
  const settled = await waitForEnd(made)
  if ('code' in settled) return failed(settled.code, settled.detail)
  if (settled.state === 'PENDING') return failed('pending', `The return ${made.id} is not settled yet; it will be.`)
  if (settled.rental_id === null)
    return failed(settled.reason ?? 'unknown', MESSAGES[settled.reason ?? 'no_eligible_rental'])
  const rental = await call<Rental>('GET', `/v1/rentals/${settled.rental_id}`)
  if ('code' in rental) return failed(rental.code, rental.detail)
  const end = rental.status === 'FLAGGED' ? 'late, and is flagged' : 'in time'
  return {
    status: 'SUCCESS',
    message: `The rental ${rental.id} is over: what was lent came back ${end}.`,
    rental_id: rental.id,
    rental_returned_at: rental.return_time,
    rental_status: rental.status,
    error: null,
  }

  async function waitForEnd({ id }: Return): Promise<Return | Problem> {
    const end = Date.now() + patience
    for (let pause = LOOKS.first; ; pause = Math.min(pause * 2, LOOKS.longest)) {
      const seen = await call<Return>('GET', `/v1/returns/${id}`)
      if ('code' in seen || seen.state !== 'PENDING' || Date.now() > end) return seen
      await sleep(pause)
    }
  }

  async function call<T>(method: string, path: string, body?: object): Promise<T | Problem> {
    trace(`${method} ${url}${path}${body ? ` ${JSON.stringify(body)}` : ''}`)
    const sent = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}
    const response = await fetch(`${url}${path}`, { method, ...sent }).catch((error: unknown) => {
      throw new NoAnswer(`${url} does not answer: is the service running there?`, { cause: error })
    })
    const text = await response.text()
    trace(`${response.status} ${text}`)
    if (response.ok) return JSON.parse(text)
    return problemIn(text) ?? { code: `http_${response.status}`, detail: `${url} answers ${response.status}.` }
  }
}

interface Problem {
  readonly code: string
  readonly detail: string
}

function problemIn(text: string): Problem | undefined {
  try {
    const { code, detail, title }: Record<string, unknown> = JSON.parse(text)
    return typeof code === 'string' ? { code, detail: String(detail ?? title) } : undefined
  } catch {
    return undefined
  }
}

const failed = (error: string, message: string): Outcome => ({
  status: 'FAILED',
  message,
  ...{ rental_id: null, rental_returned_at: null, rental_status: null },
  error,
})

const MESSAGES: Readonly<Record<Reason, string>> = {
  qr_unreadable: 'A code cannot be read.',
  user_unknown: 'There is no such user.',
  asset_unknown: 'There is no such container.',
  no_eligible_rental: 'The user has no open rental for which this container may come back.',
  already_returned: 'This container was scanned a moment ago, and has settled its rental.',
  rental_mismatch: 'The scan settles another rental than the one that was named.',
}
