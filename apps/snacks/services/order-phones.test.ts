import { expect, test } from 'vitest'
import { distinctPhones, readPhones } from './order-phones.ts'

const phonesOf = async (given: readonly string[], region: string) =>
  distinctPhones(await readPhones(given, region), region)

test('a national number is dialled in the region of the address, and comes once however it is spelled', async () => {
  const spellings = ['030 123456', '+44 20 7946 0018', '+49 (0)30 12 34 56', '0049 30 123456', '0044 20 7946 0018']

  expect(await phonesOf(spellings, 'DE')).toEqual(['+4930123456', '+442079460018'])
  expect(await phonesOf(['(213) 373-4253'], 'US')).toEqual(['+12133734253'])
})

test('each that is no number is named', async () => {
  const phones = phonesOf(['030 123456', '12', '+49 30 123456', 'ring twice'], 'DE')

  const errors = [
    { field: 'contact_phones[1]', code: 'format' },
    { field: 'contact_phones[3]', code: 'format' },
  ]
  await expect(phones).rejects.toMatchObject({ kind: 'invalid', code: 'invalid_request', errors })
})
