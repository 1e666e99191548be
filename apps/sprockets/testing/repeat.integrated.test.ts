import { randomUUID } from 'node:crypto'
import { createServiceProcess, describeEachEngine } from '@mainspring/testing'
import { describe, expect, test } from 'vitest'

const AT_ONCE = 50

/** Node code that kills the process when an answer to a request with the header `x-kill` is about to be sent. */
const KILL_BEFORE_ANSWER = `import { ServerResponse } from 'node:http'
const { writeHead } = ServerResponse.prototype
ServerResponse.prototype.writeHead = function (...answer) {
  if (this.req.headers['x-kill']) process.kill(process.pid, 'SIGKILL')
  return writeHead.apply(this, answer)
}`

describe.concurrent('one request, sent again under its Idempotency-Key', () => {
  describeEachEngine('a service', (engine) => {
    test('is done once, whether sent fifty times at once or after a kill between effect and answer', async () => {
      const service = await createServiceProcess({
        env: {
          DATABASE_URL: await engine.createUrl(),
          NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(KILL_BEFORE_ANSWER)}`,
        },
      })
      await service.start(['sprockets'])
      const before = await count(service.url)

      const key = randomUUID()
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => create(service.url, key)))
      const [first] = answers
      expect(first).toMatchObject({ status: 201, body: { teeth: 7 } })
      expect(answers.filter((answer) => JSON.stringify(answer) !== JSON.stringify(first))).toEqual([])
      expect(await count(service.url)).toBe(before + 1)

      const killedKey = randomUUID()
      await expect(create(service.url, killedKey, { 'x-kill': '1' })).rejects.toThrow('fetch failed')
      expect(await service.ended()).toMatchObject({ signal: 'SIGKILL' })
      await service.start(['sprockets'])
      expect(await count(service.url)).toBe(before + 2)
      expect(await create(service.url, killedKey)).toMatchObject({ status: 201, body: { teeth: 7 } })
      expect(await count(service.url)).toBe(before + 2)
      await service.destroy()
    })
  })
})

async function create(url: string, key: string, headers = {}) {
  const response = await fetch(`${url}/v1/sprockets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
    body: JSON.stringify({ teeth: 7, pitch_diameter: 5, outside_diameter: 6, pitch: 1 }),
  })
  const told = ['content-type', 'etag', 'location'].map((name) => response.headers.get(name))
  return { status: response.status, told, body: JSON.parse(await response.text()) }
}

async function count(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/sprockets?max_page_size=1&show_total_size=true`)
  return JSON.parse(await response.text()).total_size
}
