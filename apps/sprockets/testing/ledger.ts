import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** What became of one request; without a status it was never answered, and `body` says why. */
export interface Outcome {
  readonly request: string
  readonly status: number | undefined
  readonly milliseconds: number
  readonly retry_after: string | null
  readonly body: string
}

const PAUSE_MS = 20
const PATIENCE_MS = 20_000

interface Sent<T> {
  readonly value: T
  readonly acknowledged: boolean
}

/**
 * Clients that write to sprockets until they are stopped, and a book of what they sent and were answered: whatever
 * happens to the service meanwhile, `audit` tells whether what was acknowledged is there, and nothing by halves.
 */
export class Ledger {
  /** In the order in which they came. */
  readonly outcomes: Outcome[] = []
  readonly #url: string
  readonly #factory = `ledger-${randomUUID()}`
  /** The values that were sent for each sprocket, one after the other. */
  readonly #teeth = new Map<string, Sent<number>[]>()
  readonly #batches: Sent<readonly string[]>[] = []
  readonly #times: Sent<number>[] = []

  constructor(url: string) {
    this.#url = url
  }

  /** Begins writing by so many clients at once; the function that it answers stops them. */
  async begin(clients = 8): Promise<() => Promise<void>> {
    const chart_data = samples([])
    const isMade = await this.#send('POST', `/v1/factories?id=${this.#factory}`, { chart_data })
    if (!isMade) throw new Error(`no factory to append to: ${JSON.stringify(this.outcomes.at(-1))}`)
    let goesOn = true
    const work = async () => {
      while (goesOn) await this.#writeAll()
    }
    const all = Promise.all(Array.from({ length: clients }, work))
    return async () => {
      goesOn = false
      await all
    }
  }

  /** How many requests were acknowledged. */
  get acknowledged(): number {
    return this.outcomes.filter(({ status = 0 }) => status >= 200 && status < 300).length
  }

  /** What is wrong with what is stored now, by what was answered: nothing, if all is well. */
  async audit(): Promise<readonly string[]> {
    const stored = await this.#readSprockets()
    const single = [...this.#teeth].flatMap(([id, sent]) => auditRow(id, sent, stored.get(id)))
    const batches = this.#batches.flatMap((batch) => auditBatch(batch, stored))
    return [...single, ...batches, ...(await this.#auditFactory())]
  }

  async #writeAll(): Promise<void> {
    const id = randomUUID()
    const isMade = await this.#writeSprocket(id, 1)
    if (isMade) for (const teeth of [2, 3]) await this.#writeSprocket(id, teeth)
    const ids = Array.from({ length: 5 }, () => randomUUID())
    const requests = ids.map((id) => ({ id, ...sprocket(1) }))
    const isDone = await this.#send('POST', '/v1/sprockets:batch-create', { requests })
    this.#batches.push({ value: ids, acknowledged: isDone })
    const time = this.#times.length
    this.#times.push({ value: time, acknowledged: false })
    const acknowledged = await this.#send('POST', `/v1/factories/${this.#factory}:append`, samples([time]))
    this.#times[time] = { value: time, acknowledged }
  }

  async #writeSprocket(id: string, teeth: number): Promise<boolean> {
    const sent = this.#teeth.get(id) ?? []
    const acknowledged =
      sent.length === 0
        ? await this.#send('POST', `/v1/sprockets?id=${id}`, sprocket(teeth))
        : await this.#send('PATCH', `/v1/sprockets/${id}`, { teeth })
    this.#teeth.set(id, [...sent, { value: teeth, acknowledged }])
    return acknowledged
  }

  async #send(method: string, path: string, body: object): Promise<boolean> {
    const began = performance.now()
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { 'content-type': type },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const text = await response.text()
      this.#note(`${method} ${path}`, began, response, response.ok ? '' : text)
      if (response.ok) return true
    } catch (error) {
      this.#note(`${method} ${path}`, began, undefined, reasonOf(error))
    }
    await sleep(PAUSE_MS)
    return false
  }

  #note(request: string, began: number, response: Response | undefined, body: string): void {
    this.outcomes.push({
      request,
      status: response?.status,
      milliseconds: Math.round(performance.now() - began),
      retry_after: response?.headers.get('retry-after') ?? null,
      body,
    })
  }

  async #readSprockets(): Promise<ReadonlyMap<string, number>> {
    const stored = new Map<string, number>()
    for (let token = ''; ; ) {
      const page: SprocketPage = await this.#read(`/v1/sprockets?max_page_size=1000&page_token=${token}`)
      for (const { id, teeth } of page.results) stored.set(id, teeth)
      if (page.next_page_token === undefined) return stored
      token = page.next_page_token
    }
  }

  async #auditFactory(): Promise<readonly string[]> {
    const { chart_data }: StoredFactory = await this.#read(`/v1/factories/${this.#factory}`)
    const { time, sprocket_production_actual: actual } = chart_data
    const lost = this.#times.filter(({ value, acknowledged }) => acknowledged && !time.includes(value))
    const isWhole = JSON.stringify(time) === JSON.stringify(actual)
    return [
      ...lost.map(({ value }) => `the sample at ${value} is lost`),
      ...(isWhole ? [] : ['the arrays of the factory do not belong together']),
    ]
  }

  async #read<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}${path}`)
    const text = await response.text()
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
}

interface SprocketPage {
  readonly results: readonly { readonly id: string; readonly teeth: number }[]
  readonly next_page_token?: string
}

interface StoredFactory {
  readonly chart_data: {
    readonly sprocket_production_actual: readonly number[]
    readonly time: readonly number[]
  }
}

/** fetch says what happened in the cause of its error. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

/** A row may hold the last value that was acknowledged, or one that was sent later. */
function auditRow(id: string, sent: readonly Sent<number>[], stored: number | undefined): readonly string[] {
  const last = sent.findLastIndex(({ acknowledged }) => acknowledged)
  const possible = sent.slice(Math.max(last, 0)).map(({ value }) => value)
  if (stored === undefined) return last < 0 ? [] : [`the sprocket ${id} is lost`]
  return possible.includes(stored) ? [] : [`the sprocket ${id} has ${stored} teeth, not ${possible.join(' or ')}`]
}

function auditBatch(
  { value: ids, acknowledged }: Sent<readonly string[]>,
  stored: ReadonlyMap<string, number>,
): readonly string[] {
  const there = ids.filter((id) => stored.has(id)).length
  if (there === ids.length || (there === 0 && !acknowledged)) return []
  return [`of a batch ${there} of ${ids.length} are there`]
}

const sprocket = (teeth: number) => ({ teeth, pitch_diameter: 5, outside_diameter: 6, pitch: 1 })

const samples = (time: readonly number[]) => ({
  sprocket_production_actual: time,
  sprocket_production_goal: time,
  time,
})
