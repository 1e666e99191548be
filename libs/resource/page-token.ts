import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { invalid } from '@mainspring/core'
import type { Boundary } from '@mainspring/data'

/** Seals where a page ended into a token, and opens it again. */
export interface PageTokens {
  /** `list` is everything that decides what the list holds: a token is good for that list alone. */
  readonly seal: (boundary: Boundary, list: string) => string
  /** Throws `page_token_invalid` for anything but a token that was sealed here for this list. */
  readonly open: (token: string, list: string) => Boundary
}

const NONCE = 12
const TAG = 16

/** Page tokens under a 256-bit key: AES-GCM (NIST SP 800-38D), the list being the additional data that is authenticated. */
export function createPageTokens(secret: Buffer): PageTokens {
  // A key as bytes would be made into one of these with each token, which takes thrice as long as the token.
  const key = createSecretKey(secret)
  const nextNonce = createNonces()
  return {
    seal(boundary, list) {
      const nonce = nextNonce()
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(list))
      const sealed = [cipher.update(JSON.stringify(boundary), 'utf8'), cipher.final()]
      return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(token, list) {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length <= NONCE + TAG || bytes.toString('base64url') !== token) throw unusable()
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
          .setAAD(Buffer.from(list))
          .setAuthTag(bytes.subarray(-TAG))
        const text = decipher.update(bytes.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8')
        const boundary: unknown = JSON.parse(text)
        return Array.isArray(boundary) ? boundary : []
      } catch {
        throw unusable()
      }
    },
  }
}

/** Random nonces, drawn from a stock because a call into the system for each is dear. */
function createNonces(): () => Buffer {
  let stock = Buffer.alloc(0)
  let used = 0
  return () => {
    if (used === stock.length) {
      stock = randomBytes(256 * NONCE)
      used = 0
    }
    used += NONCE
    return stock.subarray(used - NONCE, used)
  }
}

const unusable = () =>
  invalid('page_token_invalid', {
    field: 'page_token',
    detail: 'It is no token of this list with this filter and this order; begin again without it.',
  })
