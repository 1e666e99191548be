import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServiceProcess, describeEachEngine, type ServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { countOf, importSheet, postJson, sheetOf } from './sheets.ts'

/** Enough for an import to be met in the middle. */
const ROWS = 20_000
/** The first of them, whose ids would be taken if anything had been left. */
const AGAIN = 5_000
/** More than there are connections to a server. */
const READERS = 25

describeEachEngine('sheets', (engine) => {
  async function start(): Promise<ServiceProcess> {
    const env = { DATABASE_URL: await engine.createUrl(), LOG_LEVEL: 'warn', FIXTURES: '0' }
    const service = await createServiceProcess({ env })
    onTestFinished(() => service.destroy())
    await service.start(['budget'])
    return service
  }

  test('whose import was killed in the middle leave nothing, and are imported when it runs again', async () => {
    const service = await start()
    const cut = importSheet(service.url, ROWS).catch((error) => error)
    await waitForImport(service.url)

    await service.end('SIGKILL')
    await service.start(['budget'])

    expect(await cut).toBeInstanceOf(Error)
    expect(await countOf(service.url, 'budget-items', 'id.startsWith("row-")')).toBe(0)
    expect(await countOf(service.url, 'payees', 'name == "Household"')).toBe(0)
    expect(await (await importSheet(service.url, AGAIN)).json()).toMatchObject({ rows: AGAIN, created: AGAIN })
    expect(await countOf(service.url, 'budget-items', 'id.startsWith("row-")')).toBe(AGAIN)
  })

  test('whose upload or export is cut off do no harm', async () => {
    const service = await start()

    for (let turn = 0; turn < 3; turn++) await cutUpload(service.url)
    expect(await countOf(service.url, 'budget-items')).toBe(0)

    expect((await importSheet(service.url, 5_000)).status).toBe(200)
    await Promise.all(Array.from({ length: READERS }, () => cutExport(service.url)))

    const whole = await (await fetch(`${service.url}/v1/budget-items:export`)).text()
    expect(whole.split('\r\n')).toHaveLength(5_002)
    expect(await countOf(service.url, 'payees')).toBe(5_001)
    expect((await service.end('SIGTERM')).code).toBe(0)
    expect(service.log.filter(({ level }) => Number(level) >= 50 || level === 'error')).toEqual([])
  })
})

/** Resolves when an import is in its unit of work: then nobody else gets at a name that is new in it. */
async function waitForImport(url: string): Promise<void> {
  for (let turn = 0; ; turn++) {
    const parties = { payor_name: 'Somebody', payee_name: `Shop ${turn}` }
    const item = { item: 'Try', amount_minor: 1, currency_code: 'EUR', ...parties }
    const answer = await postJson(`${url}/v1/budget-items`, item, AbortSignal.timeout(400)).catch(() => undefined)
    if (answer === undefined) return
    expect(answer.status).toBe(201)
    await sleep(5)
  }
}

/** Sends half of a sheet and goes away. */
async function cutUpload(url: string): Promise<void> {
  const upload = request(`${url}/v1/budget-items:import`, { method: 'POST', headers: { 'content-type': 'text/csv' } })
  const gone = new Promise((resolve) => upload.once('close', resolve))
  upload.on('error', () => {})
  let sent = 0
  for await (const piece of sheetOf(ROWS)) {
    upload.write(piece)
    sent += 1
    if (sent === 10) break
  }
  await sleep(50)
  upload.destroy()
  await gone
}

/** Reads the beginning of an export and goes away. */
async function cutExport(url: string): Promise<void> {
  const leaving = new AbortController()
  const { status, body } = await fetch(`${url}/v1/budget-items:export`, { signal: leaving.signal })
  expect(status).toBe(200)
  await body?.getReader().read()
  leaving.abort()
}
