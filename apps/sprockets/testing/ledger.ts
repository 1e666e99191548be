import { randomInt, randomUUID } from 'node:crypto'
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
const MOST_SAMPLES = 1_000

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
  /** The values that were sent for each sprocket, one after the other. */
  readonly #teeth = new Map<string, Sent<number>[]>()
  readonly #batches: Sent<readonly string[]>[] = []
  /** What is sent again under its key until it is acknowledged, told apart by its teeth. */
  readonly #once: Sent<number>[] = []
  /** The last one is appended to: a factory takes no more than so many samples. */
  readonly #factories: { readonly id: string; readonly times: Sent<number>[] }[] = []
  #opening: Promise<void> | undefined
  /** More than anybody else has, whoever else writes to the same service. */
  readonly #firstTeeth = randomInt(1_000_000, 2 ** 47)
  #goesOn = false

  constructor(url: string) {
    this.#url = url
  }

  /** Begins writing by so many clients at once; the function that it answers stops them. */
  async begin(clients = 8): Promise<() => Promise<void>> {
    await this.#openFactory()
    if (this.#factories.length === 0)
      throw new Error(`no factory to append to: ${JSON.stringify(this.outcomes.at(-1))}`)
    this.#goesOn = true
    const work = async () => {
      while (this.#goesOn) await this.#writeAll()
    }
    const all = Promise.all(Array.from({ length: clients }, work))
    return async () => {
      this.#goesOn = false
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
    const once = auditOnce(this.#once, [...stored.values()])
    const factories: string[] = []
    for (const { id, times } of this.#factories) factories.push(...(await this.#auditFactory(id, times)))
    return [...single, ...batches, ...once, ...factories]
  }

  async #writeAll(): Promise<void> {
    const id = randomUUID()
    const isMade = await this.#writeSprocket(id, 1)
    if (isMade) for (const teeth of [2, 3]) await this.#writeSprocket(id, teeth)
    const ids = Array.from({ length: 5 }, () => randomUUID())
    const requests = ids.map((id) => ({ id, ...sprocket(1) }))
    const isDone = await this.#send('POST', '/v1/sprockets:batch-create', { requests })
    this.#batches.push({ value: ids, acknowledged: isDone })
    await this.#writeOnce()
    await this.#append()
  }

  /** What was not acknowledged is sent again under its key, as clients should, until it is. */
  async #writeOnce(): Promise<void> {
    const value = this.#firstTeeth + this.#once.length
    const place = this.#once.push({ value, acknowledged: false }) - 1
    const headers = { 'idempotency-key': randomUUID() }
    do {
      const acknowledged = await this.#send('POST', '/v1/sprockets', sprocket(value), headers)
      this.#once[place] = { value, acknowledged }
      if (acknowledged) return
    } while (this.#goesOn)
  }

  async #append(): Promise<void> {
    const factory = this.#factories.at(-1)
    if (!factory || factory.times.length >= MOST_SAMPLES) {
      this.#opening ??= this.#openFactory().finally(() => {
        this.#opening = undefined
      })
      return await this.#opening
    }
    const { id, times } = factory
    const value = times.length
    times.push({ value, acknowledged: false })
    const acknowledged = await this.#send('POST', `/v1/factories/${id}:append`, samples([value]))
    times[value] = { value, acknowledged }
  }

  async #openFactory(): Promise<void> {
    const id = `ledger-${randomUUID()}`
    const isMade = await this.#send('POST', `/v1/factories?id=${id}`, { chart_data: samples([]) })
    if (isMade) this.#factories.push({ id, times: [] })
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

  async #send(method: string, path: string, body: object, headers: object = {}): Promise<boolean> {
    const began = performance.now()
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { 'content-type': type, ...headers },
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

  async #auditFactory(id: string, times: readonly Sent<number>[]): Promise<readonly string[]> {
    const { chart_data }: StoredFactory = await this.#read(`/v1/factories/${id}`)
    const { time, sprocket_production_actual: actual } = chart_data
    const there = new Set(time)
    const lost = times.filter(({ value, acknowledged }) => acknowledged && !there.has(value))
    const isWhole = JSON.stringify(time) === JSON.stringify(actual)
    return [
      ...lost.map(({ value }) => `the sample of ${id} at ${value} is lost`),
      ...(there.size === time.length ? [] : [`a sample of ${id} is there twice`]),
      ...(isWhole ? [] : [`the arrays of ${id} do not belong together`]),
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

/** One row for what was acknowledged, and none or one for the rest. */
function auditOnce(sent: readonly Sent<number>[], stored: readonly number[]): readonly string[] {
  const rows = Map.groupBy(stored, (teeth) => teeth)
  return sent.flatMap(({ value, acknowledged }) => {
    const there = rows.get(value)?.length ?? 0
    return there === 1 || (there === 0 && !acknowledged) ? [] : [`what was sent under one key is there ${there} times`]
  })
}

const sprocket = (teeth: number) => ({ teeth, pitch_diameter: 5, outside_diameter: 6, pitch: 1 })

const samples = (time: readonly number[]) => ({
  sprocket_production_actual: time,
  sprocket_production_goal: time,
  time,
})
