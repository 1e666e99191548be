import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServiceProcess, type ServiceProcess } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeQrData } from '../entities/qr-data.ts'
import { BadFile, readScan } from './scan-file.ts'
import { NoAnswer, sendScan } from './send-scan.ts'

const NOW = new Date().toISOString()
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const fileOf = (name: string) => fileURLToPath(new URL(`../fixtures/scans/${name}.json`, import.meta.url))

let service: ServiceProcess
let program: ServiceProcess
beforeAll(async () => {
  service = await createServiceProcess({ env: { LOG_LEVEL: 'warn', FIXTURES: '1' } })
  program = await createServiceProcess({ command: [process.execPath, MAIN] })
  await service.start(['rentals'])
})
afterAll(async () => {
  await service.end('SIGTERM')
  await service.destroy()
  await program.destroy()
})

test('the program prints what became of a scan, sent to where HOST and PORT say', async () => {
  const { hostname, port } = new URL(service.url)

  const { code, output } = await program.run([fileOf('plain-return')], { HOST: hostname, PORT: port })

  expect(code).toBe(0)
  expect(JSON.parse(output)).toEqual({
    status: 'SUCCESS',
    message: 'The rental tpg_r00001 is over: what was lent came back in time.',
    rental_id: 'tpg_r00001',
    rental_returned_at: expect.stringMatching(/Z$/),
    rental_status: 'COMPLETED',
    error: null,
  })
})

test('the program traces each step if that is asked for', async () => {
  const { output } = await program.run([fileOf('never-rented'), '--url', `${service.url}/`, '--verbose'])

  for (const step of [`POST ${service.url}/v1/returns {`, '201 {', `GET ${service.url}/v1/returns/`, '"FAILED"']) {
    expect(output).toContain(step)
  }
})

test('the program ends with 1 over a bad file, and says why', async () => {
  const { code, output } = await program.run([MAIN, '--url', service.url])

  expect(code).toBe(1)
  expect(output).toContain(`${MAIN} is no JSON`)
})

test.each([
  ['late-return', { status: 'SUCCESS', rental_id: 'tpg_r00005', rental_status: 'FLAGGED', error: null }],
  ['one-of-several', { status: 'SUCCESS', rental_id: 'tpg_r00003', rental_status: 'COMPLETED', error: null }],
  ['other-eligible-type', { status: 'SUCCESS', rental_id: 'tpg_r00006', rental_status: 'COMPLETED', error: null }],
  ['never-rented', { status: 'FAILED', rental_id: null, rental_status: null, error: 'no_eligible_rental' }],
])('the scan %s ends as it must', async (name, outcome) => {
  expect(await send(readScan(fileOf(name), new Date().toISOString()))).toMatchObject(outcome)
})

test('a scan that says when it was made keeps to that', () => {
  const scan = readScan(fileOf('plain-return'), NOW)
  const file = write({ ...scan, scan_time: '2026-11-20T12:00:00Z' })

  expect(scan.scan_time).toBe(NOW)
  expect(readScan(file, NOW).scan_time).toBe('2026-11-20T12:00:00Z')
})

test.each([
  [[], 'holds no scan'],
  [{ location_id: 'here' }, 'user_qr_data: Must be given.'],
  [{ scan_time: 'yesterday' }, 'scan_time: Must be'],
  [{ state: 'COMPLETED' }, 'state: Must not be given'],
])('a file with %j is bad: it %s', (content, why) => {
  const file = write(content)

  expect(() => readScan(file, NOW)).toThrow(BadFile)
  expect(() => readScan(file, NOW)).toThrow(why)
})

test('a file that is not there is bad, too', () => {
  expect(() => readScan('/nowhere.json', NOW)).toThrow('/nowhere.json cannot be read')
})

test('what the server refuses is told by its code', async () => {
  const codes = { user_qr_data: writeQrData('tpg_u0001'), asset_qr_data: writeQrData('tpg_a00001') }

  const outcome = await send({ ...codes, location_id: 'nowhere', scan_time: NOW })

  expect(outcome).toMatchObject({ status: 'FAILED', error: 'reference_not_found', rental_id: null })
})

test('a server that is not there is named', async () => {
  const scan = readScan(fileOf('plain-return'), NOW)

  await expect(sendScan(scan, { url: program.url, trace() {} })).rejects.toThrow(NoAnswer)
  await expect(sendScan(scan, { url: program.url, trace() {} })).rejects.toThrow(`${program.url} does not answer`)
})

const send = (scan: Parameters<typeof sendScan>[0]) => sendScan(scan, { url: service.url, trace() {} })

function write(content: object): string {
  const file = join(program.folder, 'scan.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}
