import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createServiceProcess, type ServiceProcess } from '../process.ts'
import { fuzz } from './fuzz.ts'

/** What somebody between the fuzz and a sound deployment makes of what is answered; nothing is withheld. */
type Defect = (answered: string) => string | undefined | Promise<string | undefined>

const ENOUGH = { cases: 500, seconds: 10, seed: 1 }
const services: ServiceProcess[] = []
let service: ServiceProcess
afterAll(async () => void (await Promise.all(services.map((each) => each.destroy()))))
beforeAll(async () => {
  service = await startService()
})

test.each<[string, Defect, string]>([
  ['a 500', (answered) => answered.replace('HTTP/1.1 404', 'HTTP/1.1 500'), 'it answered 500'],
  ['a 503', (answered) => answered.replace('HTTP/1.1 201', 'HTTP/1.1 503'), 'it answered 503'],
  ['a status that is not documented', (answered) => answered.replace('HTTP/1.1 201', 'HTTP/1.1 202'), 'are documented'],
  [
    'a field that is not documented',
    (answered) => answered.replace('"path":"sp', '"pith":"sp'),
    'additional properties',
  ],
  [
    'an error that is no problem',
    (answered) => answered.replace('/problem+', '/trouble+'),
    'it is application/trouble',
  ],
  [
    'a problem that contradicts itself',
    (answered) => answered.replace('"status":4', '"status":5'),
    'the problem says 5',
  ],
  ['a lost request id', (answered) => answered.replace('x-request-id', 'x-request-ix'), 'x-request-id is missing'],
  ['two answers', (answered) => (isRefusal(answered) ? answered + answered : answered), '2 answers came'],
  ['a body too long', (answered) => (isRefusal(answered) ? `${answered}}` : answered), 'no answer: "}"'],
  ['a refused write that makes something', afterMaking, 'it changed something'],
  [
    'a success where nothing is',
    (answered) => answered.replace('HTTP/1.1 405', 'HTTP/1.1 200'),
    'nothing is documented',
  ],
])('%s is found', async (_, defect, breach) => {
  const url = await plant(defect)

  const { failure } = await fuzz({ url, ...ENOUGH })

  expect(failure?.breaches.join('\n')).toContain(breach)
})

test('silence is found', async () => {
  const url = await plant((answered) => (isRefusal(answered) ? undefined : answered))

  const { failure } = await fuzz({ url, patience: 500, ...ENOUGH })

  expect(failure?.breaches).toEqual(['no answer came in time'])
})

test('a request that ends the deployment is the one that is told', async () => {
  const mortal = await startService()
  const url = await plant(async (answered) => {
    if (isRefusal(answered)) await mortal.end('SIGKILL')
    return answered
  }, mortal)

  const { failure } = await fuzz({ url, ...ENOUGH })

  expect(failure?.breaches).toEqual(['after it the deployment no longer told its state'])
  expect(failure?.request).toMatch(/if-(none-)?match|etag/i)
})

test('what is sound passes, and every operation is reached', async () => {
  const report = await fuzz({ url: await plant((answered) => answered), ...ENOUGH, cases: 300 })

  expect(report).toMatchObject({ failure: undefined, unreached: [] })
  expect(report.sent).toBeGreaterThan(300)
  expect(Object.keys(report.statuses)).toEqual(
    expect.arrayContaining(['200', '201', '204', '400', '404', '405', '412']),
  )
})

test('a failure is found again by its seed and its path alone', async () => {
  const url = await plant((answered) => answered.replace('HTTP/1.1 405', 'HTTP/1.1 500'))
  const { failure } = await fuzz({ url, ...ENOUGH })

  const again = await fuzz({ url, cases: 1, seed: failure?.seed ?? 0, path: failure?.path ?? '' })

  expect(again.failure?.breaches.join()).toContain('it answered 500')
  expect(again.sent).toBeLessThan(100)
})

const isRefusal = (answered: string): boolean => answered.startsWith('HTTP/1.1 412')

async function afterMaking(answered: string): Promise<string> {
  if (answered.startsWith('HTTP/1.1 400')) {
    await fetch(`${service.url}/v1/sprockets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ teeth: 5, pitch_diameter: 5, outside_diameter: 6, pitch: 1 }),
    })
  }
  return answered
}

async function startService(): Promise<ServiceProcess> {
  const started = await createServiceProcess({
    command: [process.execPath, 'apps/sprockets/main.ts'],
    env: { LOG_LEVEL: 'warn' },
  })
  services.push(started)
  await started.start()
  return started
}

/** Puts a defect between the fuzz and the service; it is gone with the test. */
async function plant(defect: Defect, { url } = service): Promise<string> {
  const { port, hostname } = new URL(url)
  const between: Server = createServer({ allowHalfOpen: true }, (front) => {
    const back = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    let passed = Promise.resolve()
    back.on('data', (bytes) => {
      passed = passed.then(async () => {
        const answered = await defect(bytes.toString('latin1'))
        if (answered !== undefined) front.write(Buffer.from(answered, 'latin1'))
      })
    })
    back.on('end', () => void passed.then(() => front.end()))
    front.pipe(back)
    back.on('error', () => front.destroy())
    front.on('error', () => {}).on('close', () => back.destroy())
  })
  await once(between.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void between.close())
  const address = between.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}
