import { once } from 'node:events'
import autocannon from 'autocannon'
import { resourceOf } from '../resources/index.ts'
import type { Asked, LoadOrder, LoadResult } from './load.ts'
import { createScripts, interleave, post, type Script } from './requests.ts'

// The process that asks. It is told by messages what to do, and lives as long as who told it.
process.on('message', (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))

async function run({ url, asked, connections, seconds }: LoadOrder): Promise<LoadResult> {
  const scripts = interleave(await Promise.all(asked.map((each) => scriptsOf(each, url, connections))))
  let opened = 0
  const latencies: number[] = []
  const statuses = new Map<number, number>()
  let begun = 0
  let ended = 0
  const options = {
    url,
    connections,
    duration: seconds,
    sampleInt: 20,
    setupClient: (client: autocannon.Client) => client.setRequests(scripts[opened++ % scripts.length] ?? []),
  }
  const instance = autocannon(options, () => {})
  instance.on('response', (_client, status, _bytes, milliseconds) => {
    if (begun === 0) begun = performance.now() - milliseconds
    ended = performance.now()
    latencies.push(milliseconds)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  })
  const [{ errors }] = await once(instance, 'done')
  const failed = [...statuses].filter(([status]) => status >= 300)
  if (errors > 0 || failed.length > 0) {
    throw new Error(
      `${JSON.stringify(asked)} at ${url}: ${errors} errors, ${latencies.length} answers, statuses ${JSON.stringify([...statuses])}`,
    )
  }
  const sorted = Float64Array.from(latencies).sort()
  return {
    requests: sorted.length,
    seconds: (ended - begun) / 1000,
    p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  }
}

const scriptsOf = async (asked: Asked, url: string, connections: number): Promise<readonly Script[]> =>
  'path' in asked
    ? Array.from({ length: connections }, () => [asked.body ? post(asked.path, asked.body) : { path: asked.path }])
    : createScripts(asked.operation, resourceOf(asked.collection), url, connections)
