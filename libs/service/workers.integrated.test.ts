import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createServiceProcess, describeEngine, type ServiceProcess } from '@mainspring/testing'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { startClients } from './testing/paced-clients.ts'

const WORKBENCH = fileURLToPath(new URL('../testing/workbench.ts', import.meta.url))
/** Milliseconds in which it all has to end, whatever hangs. */
const LONGEST = 8_000

const made: ServiceProcess[] = []
afterAll(() => Promise.all(made.map((service) => service.destroy())))

describe.concurrent('several workers', () => {
  for (const name of ['postgres', 'mysql'] as const) {
    describeEngine(name, 'together', (engine) => {
      test('share a port that was free, migrate once, and say once where to look', async () => {
        const service = await createWorkers(await engine.createUrl(), { PORT: '0' })
        void service.run()
        const { api, workers } = await readyLine(service)

        const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(`${api}/pieces`, { headers: ALONE })))
        const { code } = await service.end('SIGTERM') // the log is whole then

        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
        expect(new Set(linesOf(service, 'request').map(({ pid }) => pid))).toEqual(new Set(workers))
        expect(workers).toHaveLength(3)
        expect(linesOf(service, 'migrated').map(({ migration }) => migration)).toContain('workbench/0001_initial.sql')
        expect(new Set(linesOf(service, 'migrated').map(({ pid }) => pid))).toEqual(new Set([workers[0]]))
        expect(service.log.filter(({ message }) => String(message).startsWith('ready at'))).toHaveLength(1)
        expect(code).toBe(0)
      })
    })
  }

  describeEngine('postgres', 'supervised', (engine) => {
    test('are replaced when they are killed, and only their own requests fail', async () => {
      const { service, workers } = await startWorkers(await engine.createUrl())
      // So long that a client is nearly always waiting for an answer, even one that the machine holds up.
      const clients = startClients(`${service.url}/v1/pieces:wait?milliseconds=200`, 24)
      await sleep(1_000)

      process.kill(workers[1], 'SIGKILL')
      const { worker } = await vi.waitFor(() => lineOf(service, 'another worker has taken its place'), PATIENT)
      const attempts = await clients.stop()
      await Promise.all(Array.from({ length: 60 }, () => fetch(`${service.url}/v1/pieces`, { headers: ALONE })))
      await service.end('SIGTERM')

      const answeredBy = new Map(linesOf(service, 'request').map(({ request_id, pid }) => [request_id, pid]))
      const failed = attempts.filter(({ status }) => status !== 200)
      const owners = failed.map(({ connection }) =>
        answeredBy.get(attempts.find((each) => each.connection === connection)?.id),
      )
      expect(failed.length).toBeLessThan(24)
      expect(owners.filter((owner) => owner !== workers[1])).toEqual([])
      expect(lineOf(service, 'a worker ended with SIGKILL')).toMatchObject({ level: 'warn', worker: workers[1] })
      expect(linesOf(service, 'request').map(({ pid }) => pid)).toContain(worker)
    })

    test('listen themselves, where the system divides connections among them', async () => {
      const { api } = await startWorkers(await engine.createUrl())

      const listening = process.platform === 'linux' ? countListening(new URL(api).port) : 3

      expect(listening).toBe(3)
    })

    test('that die again and again are replaced after longer and longer', async () => {
      const { service, workers } = await startWorkers(await engine.createUrl(), { WORKERS: '2' })

      for (let deaths = 0, worker = workers[1]; deaths < 4; deaths++) {
        process.kill(worker, 'SIGKILL')
        const replaced = await vi.waitFor(() => {
          const lines = linesOf(service, 'another worker has taken its place')
          expect(lines).toHaveLength(deaths + 1)
          return lines[deaths]
        }, PATIENT)
        worker = Number(replaced?.worker)
      }

      const pauses = linesOf(service, 'a worker ended with SIGKILL').map(({ pause_ms }) => pause_ms)
      expect(pauses).toEqual([100, 200, 400, 800])
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
    })

    test('that cannot start end it all with the reason, once', async () => {
      const service = await createWorkers(await engine.createUrl(), { ENV: 'production', AUTH: 'none' })

      const { code, output } = await service.run()

      expect(output).toMatch(/^The database of workbench lacks .*: run `make migrate` first\.\n$/)
      expect(code).toBe(1)
    })

    test('leave nobody waiting who comes while they start', async () => {
      const service = await createWorkers(await engine.createUrl(), { WORKERS: '2' })
      const clients = startClients(`${service.url}/readyz`, 16)

      void service.run()
      await readyLine(service)
      const attempts = await clients.stop()

      expect(attempts.some(({ status }) => status === 200)).toBe(true)
      expect(attempts.filter(({ milliseconds }) => milliseconds > 4_000)).toEqual([])
    })

    test.each([
      ['the supervisor', false],
      ['the whole group', true],
    ])('answer what is under way when %s is told to end, again and again', async (_, toGroup) => {
      const { service } = await startWorkers(await engine.createUrl())
      const waiting = Array.from({ length: 30 }, () => fetch(`${service.url}/v1/pieces:wait?milliseconds=1000`))
      await sleep(500)

      const began = performance.now()
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
        service.signal(signal, { toGroup })
        await sleep(20)
      }
      const { code, output } = await service.ended()

      expect(performance.now() - began).toBeLessThan(LONGEST)
      expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(30).fill(200))
      expect(code, output).toBe(0)
      expect(output).not.toContain('a worker ended')
    })

    test('end without a supervisor, which was killed, and answer what is under way', async () => {
      const { service, workers } = await startWorkers(await engine.createUrl())
      const waiting = Array.from({ length: 30 }, () => fetch(`${service.url}/v1/pieces:wait?milliseconds=1000`))
      await sleep(500)

      process.kill(Number(service.pid), 'SIGKILL')

      expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(30).fill(200))
      await vi.waitFor(() => expect(workers.filter(isAlive)).toEqual([]), PATIENT)
      await expect(fetch(service.url)).rejects.toThrow()
    })

    test('that hang are killed in time', async () => {
      const { service, workers } = await startWorkers(await engine.createUrl(), { WORKERS: '2' })
      process.kill(workers[0], 'SIGSTOP')

      const began = performance.now()
      const { code } = await service.end('SIGTERM')

      expect(performance.now() - began).toBeLessThan(LONGEST)
      expect(code).toBe(0)
      expect(workers.filter(isAlive)).toEqual([])
    })

    test('end at once while the first still starts', async () => {
      const url = 'postgres://me@127.0.0.1:1/shop'
      const service = await createWorkers(url)
      const ended = service.run()
      await vi.waitFor(() => lineOf(service, 'waiting for the database'), PATIENT)

      service.signal('SIGTERM')

      expect(await ended).toMatchObject({ code: 0, signal: null })
    })

    test('find a port that somebody has as one process does', async () => {
      const { service } = await startWorkers(await engine.createUrl(), { WORKERS: '2' })
      const other = await createWorkers(await engine.createUrl(), { PORT: new URL(service.url).port })

      const { code, output } = await other.run()

      expect(output).toContain('another process does; PORT=… chooses another port.\n')
      expect(code).toBe(1)
    })
  })

  test('are refused on an embedded database', async () => {
    const service = await createWorkers('')

    const { code, output } = await service.run()

    expect(output).toBe(
      'WORKERS=3 needs a database server, but the database of workbench is embedded, which is one process alone: ' +
        'give DATABASE_URL=postgres://… or mysql://…, or leave WORKERS at 1.\n',
    )
    expect(code).toBe(1)
  })

  test('tell whose a line is, and one process does not', async () => {
    const service = await createWorkers('', { WORKERS: '1' })

    await service.start()

    expect(service.log.length).toBeGreaterThan(0)
    expect(service.log.filter((line) => 'pid' in line)).toEqual([])
  })
})

/** No connection is kept, so that each request may find another worker. */
const ALONE = { connection: 'close' }
const PATIENT = { timeout: 15_000 }

async function createWorkers(database: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await createServiceProcess({
    command: [process.execPath, WORKBENCH],
    env: { WORKERS: '3', DATABASE_URL: database, ...env },
  })
  made.push(service)
  return service
}

async function startWorkers(database: string, env: Record<string, string> = {}) {
  const service = await createWorkers(database, env)
  await service.start()
  return { service, ...(await readyLine(service)) }
}

/** Waits until all workers have started; tells where they answer, and their ids. */
async function readyLine(service: ServiceProcess) {
  return await vi.waitFor(() => {
    const line = service.log.find(({ message }) => String(message).startsWith('ready at'))
    expect(line, service.output).toBeDefined()
    return { api: String(line?.api), workers: line?.workers as [number, number, number] }
  }, PATIENT)
}

/**
 * How many sockets listen on a port of 127.0.0.1 (proc(5): states are in hexadecimal, 0A is LISTEN), by their inodes: while other
 * sockets come and go, the list may have one of them twice.
 */
function countListening(port: string): number {
  const place = `0100007F:${Number(port).toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  return new Set(lines.filter((line) => line.includes(place)).map((line) => line.trim().split(/\s+/)[9])).size
}

const linesOf = (service: ServiceProcess, message: string) => service.log.filter((line) => line.message === message)

function lineOf(service: ServiceProcess, message: string) {
  const [line] = linesOf(service, message)
  expect(line, message).toBeDefined()
  return line ?? {}
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
