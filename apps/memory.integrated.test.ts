import { readFile } from 'node:fs/promises'
import { createServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'

/** MiB that a process may ever have had in memory. */
const MOST = 150
const MILLISECONDS_OF_LOAD = 5_000

test('a process that is started by npm start stays small under load', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  const env = { LOG_LEVEL: 'warn', NODE_V8_COVERAGE: undefined } // measuring what is covered takes memory, too
  const service = await createServiceProcess({ command: ['/bin/sh', '-c', scripts.start], env })
  onTestFinished(() => service.destroy())
  await service.start() // fills the compile cache, should it be empty
  await service.end('SIGTERM')
  await service.start()

  await putUnderLoad(`${service.url}/v1/sprockets`)

  if (process.platform === 'linux') expect(await readPeak(service.pid)).toBeLessThan(MOST)
})

const sprocket = { teeth: 9, pitch_diameter: 5, outside_diameter: 6, pitch: 1 }

/** A batch of a thousand, then everything at once by sixteen clients, then whole pages by eight. */
async function putUnderLoad(sprockets: string): Promise<void> {
  const requests = Array.from({ length: 1_000 }, (_, index) => ({ id: `loaded-${index}`, ...sprocket }))
  await send('POST', `${sprockets}:batch-create`, { requests })
  const end = performance.now() + MILLISECONDS_OF_LOAD
  await atOnce(16, async (client) => {
    for (let turn = client; performance.now() < end; turn++) {
      const one = `${sprockets}/loaded-${turn % 1_000}`
      await send('GET', one)
      await send('PATCH', one, { teeth: 5 + (turn % 50) })
      await send('POST', sprockets, sprocket)
      await send('GET', `${sprockets}?order_by=teeth`)
    }
  })
  await atOnce(8, async () => {
    for (let turn = 0; turn < 5; turn++) await send('GET', `${sprockets}?max_page_size=1000`)
  })
}

const atOnce = (clients: number, work: (client: number) => Promise<void>) =>
  Promise.all(Array.from({ length: clients }, (_, client) => work(client)))

async function send(method: string, url: string, body?: object): Promise<void> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const response = await fetch(url, {
    method,
    ...(body ? { headers: { 'content-type': type }, body: JSON.stringify(body) } : {}),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}.`)
}

async function readPeak(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}
