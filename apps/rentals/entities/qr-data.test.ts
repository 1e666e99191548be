import { ID_PATTERN } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_QR_DATA, qrKeyOf, readQrData, writeQrData } from './qr-data.ts'

const ids = fc.stringMatching(new RegExp(ID_PATTERN))

test('an id is read from its code, in either alphabet, padded or not', () => {
  fc.assert(
    fc.property(ids, (id) => {
      const bytes = Buffer.from(id)

      for (const data of [writeQrData(id), bytes.toString('base64'), bytes.toString('base64url')]) {
        expect(data.length).toBeLessThanOrEqual(LONGEST_QR_DATA)
        expect(readQrData(data)).toBe(id)
        expect(qrKeyOf(data)).toBe(id)
      }
    }),
  )
})

test.each([
  ['', 'nothing'],
  ['dHBnX3UwMDAx!', 'not base64'],
  ['dHBnX3 UwMDAx', 'a space'],
  ['dHBnX3UwMDAx====', 'too much padding'],
  ['dHBnX3UwMDAxA', 'a letter too many'],
  ['YR==', 'bits that mean nothing'],
  ['VFBHX1UwMDAx', 'capitals'],
  ['aHR0cHM6Ly94LmV4YW1wbGUv', 'an address'],
  ['/////w==', 'no UTF-8'],
  [Buffer.from('a'.repeat(64)).toString('base64'), 'a text longer than an id'],
])('%j holds no id: %s', (data) => {
  expect(readQrData(data)).toBeUndefined()
  expect(qrKeyOf(data)).toMatch(/^\?.{43}$/)
})

test('what is unreadable is told apart, too', () => {
  expect(qrKeyOf('one')).not.toBe(qrKeyOf('other'))
})
