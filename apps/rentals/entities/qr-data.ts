import { createHash } from 'node:crypto'
import { ID_PATTERN } from '@mainspring/core'

/** The longest code that is taken: an id needs 84 characters. */
export const LONGEST_QR_DATA = 500

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
const ID = new RegExp(ID_PATTERN)

/** The id in a QR code: base64 in either alphabet, padded or not. Undefined if there is none. */
export function readQrData(data: string): string | undefined {
  if (!BASE64.test(data)) return undefined
  const id = Buffer.from(data, 'base64').toString()
  return ID.test(id) && writeQrData(id) === plain(data) ? id : undefined
}

/** What stands for a QR code where codes are compared: its id, however it is spelt; of what is unreadable a hash that is no id. */
export const qrKeyOf = (data: string): string =>
  readQrData(data) ?? `?${createHash('sha256').update(data).digest('base64url')}`

/** A QR code for an id. */
export const writeQrData = (id: string): string => plain(Buffer.from(id).toString('base64'))

const plain = (data: string): string => data.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
