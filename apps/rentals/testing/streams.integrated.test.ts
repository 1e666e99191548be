import { setTimeout as sleep } from 'node:timers/promises'
import { createServiceProcess, type ServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const CLIENTS = 100
const SCANS = 10
/** Milliseconds that a process with open streams may take to end. */
const LONGEST = 8_000
const SOON = { timeout: 30_000 }

test('clients of a stream miss nothing and hear nothing twice when its process ends, or is killed', async () => {
  const service = await createServiceProcess({ env: { LOG_LEVEL: 'warn', FIXTURES: '0' } })
  onTestFinished(() => service.destroy())
  await service.start(['rentals'])
  await post(service, 'locations', { id: 'market', name: 'Market' })
  const clients = Array.from({ length: CLIENTS }, () => listen(`${service.url}/v1/returns:stream`))
  await Promise.all(clients.map(({ begun }) => begun))

  const scans = await scanMany(service)
  const begin = performance.now()
  const { code } = await service.end('SIGTERM')
  const took = performance.now() - begin
  await service.start(['rentals'])
  scans.push(...(await scanMany(service)))
  await service.end('SIGKILL')
  await service.start(['rentals'])
  scans.push(...(await scanMany(service)))

  await vi.waitFor(() => expect(clients.every(({ heard }) => heard.length >= 3 * SCANS)).toBe(true), SOON)
  expect(code).toBe(0)
  expect(took).toBeLessThan(LONGEST)
  for (const { heard } of clients) expect(heard.map(({ scan }) => scan).toSorted()).toEqual(scans.toSorted())
  expect(new Set(clients.map(({ heard }) => JSON.stringify(heard))).size).toBe(1)
}, 60_000)

/** A scan that settles nothing, which is told as well. */
async function scanMany(service: ServiceProcess): Promise<string[]> {
  const scans = Array.from({ length: SCANS }, async () => {
    const codes = { user_qr_data: 'bm9ib2R5', asset_qr_data: 'bm90aGluZw' }
    return post(service, 'returns', {
      ...codes,
      location_id: 'market',
      scan_time: new Date(Date.now() - Math.floor(Math.random() * 1e9)).toISOString(),
    })
  })
  return Promise.all(scans)
}

async function post(service: ServiceProcess, collection: string, body: object): Promise<string> {
  const answer = await fetch(`${service.url}/v1/${collection}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(201)
  return Object(await answer.json()).id
}

interface Heard {
  readonly position: string
  readonly scan: string
}

/** A client as browsers have one: it comes again when it was cut, with the place that it was told last. */
function listen(url: string) {
  const heard: Heard[] = []
  const begun = Promise.withResolvers<void>()
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  let last: string | undefined

  async function hear(): Promise<void> {
    const headers = last === undefined ? {} : { 'last-event-id': last }
    const { body } = await fetch(url, { headers, signal: leaving.signal })
    let text = ''
    for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const messages = (text + part).split('\n\n')
      text = messages.pop() ?? ''
      messages.forEach(take)
      begun.resolve()
    }
  }

  function take(message: string): void {
    const [position, data] = [/^id: (.*)$/m.exec(message)?.[1], /^data: (.*)$/m.exec(message)?.[1]]
    if (position !== undefined && data !== undefined) heard.push({ position, scan: JSON.parse(data).data.return_id })
    last = position ?? last
  }

  void (async () => {
    for (; !leaving.signal.aborted; await sleep(100)) await hear().catch(() => {})
  })()
  return { heard, begun: begun.promise }
}
