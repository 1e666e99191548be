import { createLog, createManualClock } from '@mainspring/core'
import { startProcess } from '@mainspring/service'
import { expect, onTestFinished, test } from 'vitest'
import { budget } from '../app.ts'
import { postJson } from './sheets.ts'

async function start(environment: Readonly<Record<string, string>>, now = '2026-11-20T23:30:00Z'): Promise<string> {
  const { url, stop } = await startProcess(
    [budget],
    { ENV: 'testing', PORT: '0', BUDGET_DATABASE_URL: 'sqlite::memory:', ...environment },
    { log: createLog({ level: 'silent' }), clock: createManualClock(now) },
  )
  onTestFinished(() => stop())
  return url
}

const phoneOf = async (url: string, phone: string) =>
  (await postJson(`${url}/v1/payees`, { name: 'Ada', phone })).json()

test('a national number is read where the books are kept', async () => {
  const [berlin, paris] = [await start({ BUDGET_REGION: 'DE' }), await start({ BUDGET_REGION: 'FR' })]

  expect(await phoneOf(berlin, '030 123456')).toMatchObject({ phone: '+4930123456' })
  expect(await phoneOf(berlin, '0033 1 42 68 53 00')).toMatchObject({ phone: '+33142685300' })
  expect(await phoneOf(paris, '01 42 68 53 00')).toMatchObject({ phone: '+33142685300' })
  expect(await phoneOf(paris, '030 123456')).toMatchObject({
    status: 400,
    code: 'phone_invalid',
    detail: expect.stringContaining('in FR'),
  })
})

test('without a region only international numbers are read', async () => {
  const url = await start({})

  expect(await phoneOf(url, '030 123456')).toMatchObject({
    status: 400,
    errors: [{ field: 'phone', code: 'phone_invalid' }],
  })
  expect(await phoneOf(url, '+49 30 123456')).toMatchObject({ phone: '+4930123456' })
})

test.each([
  ['', '2026-11-20'],
  ['UTC', '2026-11-20'],
  ['Europe/Berlin', '2026-11-21'],
  ['Pacific/Kiritimati', '2026-11-21'],
  ['Pacific/Honolulu', '2026-11-20'],
])('in the time zone %j today is %s, alone, in a batch and in a sheet', async (time_zone, today) => {
  const url = await start(time_zone ? { BUDGET_TIME_ZONE: time_zone } : {})
  const item = { item: 'Bread', amount_minor: 1, currency_code: 'EUR', payor_name: 'Ada', payee_name: 'Bakery' }

  const made = await (await postJson(`${url}/v1/budget-items`, item)).json()
  await postJson(`${url}/v1/budget-items:batch-create`, { requests: [item] })
  await fetch(`${url}/v1/budget-items:import`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: `${Object.keys(item)}\n${Object.values(item)}\n`,
  })

  expect(made).toMatchObject({ transaction_date: today })
  const { results } = Object(await (await fetch(`${url}/v1/budget-items`)).json())
  expect(results.map((each: { transaction_date: string }) => each.transaction_date)).toEqual([today, today, today])
})
