import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { fieldProblem } from './problem.ts'

const NONCE = 12
const TAG = 16

/** Seals where a page ended, bound to the list that it is of. */
export function sealToken(key: Buffer, boundary: readonly unknown[], list: string): string {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(list))
  const sealed = [cipher.update(JSON.stringify(boundary), 'utf8'), cipher.final()]
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64url')
}

export function openToken(key: Buffer, token: string, list: string): readonly (string | number | null)[] {
  try {
    const bytes = Buffer.from(token, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
      .setAAD(Buffer.from(list))
      .setAuthTag(bytes.subarray(-TAG))
    return JSON.parse(decipher.update(bytes.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8'))
  } catch {
    throw fieldProblem(
      'page_token_invalid',
      'page_token',
      'It is no token of this list with this filter and this order; begin again without it.',
    )
  }
}
