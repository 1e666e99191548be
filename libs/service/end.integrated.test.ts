import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createServiceProcess, describeEachEngine, type ServiceProcess } from '@mainspring/testing'
import { afterAll, describe, expect, test } from 'vitest'

const WORKBENCH = fileURLToPath(new URL('../testing/workbench.ts', import.meta.url))
/** Milliseconds in which a process has to end, whatever hangs. */
const LONGEST = 8_000

const made: ServiceProcess[] = []
afterAll(() => Promise.all(made.map((service) => service.destroy())))

describe.concurrent('a process that is told to end', () => {
  test('answers what is under way, whoever else holds a connection', async () => {
    const service = await startWorkbench()
    const idle = openSocket(service.url)
    const kept = openSocket(service.url)
    kept.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n')
    const waiting = Array.from({ length: 20 }, () => fetch(`${service.url}/v1/pieces:wait?milliseconds=1000`))
    await sleep(400)

    const { milliseconds, code } = await end(service)

    const answers = await Promise.all(waiting)
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(5_000)
    for (const socket of [idle, kept]) expect(socket.destroyed).toBe(true)
  })

  test('waits for the rest of a request, but not for ever', async () => {
    const service = await startWorkbench()
    const socket = openSocket(service.url)
    socket.write('POST /v1/pieces HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{')
    await sleep(100)

    const { milliseconds, code } = await end(service)

    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(LONGEST)
  })

  describeEachEngine('with a handler that hangs', (engine) => {
    test('ends all the same', async () => {
      const service = await startWorkbench({ DATABASE_URL: await engine.createUrl() })
      const hanging = fetch(`${service.url}/v1/pieces:hang`, { method: 'POST' }).catch(() => undefined)
      await sleep(300)

      const { milliseconds, code } = await end(service)

      await hanging
      expect(code).toBe(0)
      expect(milliseconds).toBeLessThan(LONGEST)
    })
  })
})

async function startWorkbench(env: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await createServiceProcess({ command: [process.execPath, WORKBENCH], env })
  made.push(service)
  await service.start()
  return service
}

async function end(service: ServiceProcess) {
  const began = performance.now()
  const ended = await service.end('SIGTERM')
  return { ...ended, milliseconds: performance.now() - began }
}

function openSocket(url: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.resume()
  return socket
}
