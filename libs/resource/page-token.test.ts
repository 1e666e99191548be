import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPageTokens } from './page-token.ts'

const tokens = createPageTokens(randomBytes(32))
const boundary = fc.array(fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)))

test('a token gives back what was sealed, and goes into a URL as it is', () => {
  fc.assert(
    fc.property(boundary, fc.string(), (values, list) => {
      const token = tokens.seal(values, list)

      expect(token).toMatch(/^[A-Za-z0-9_-]+$/)
      expect(tokens.open(token, list)).toEqual(JSON.parse(JSON.stringify(values)))
    }),
  )
})

test('a token is no good for another list, nor under another key', () => {
  const token = tokens.seal(['a', 1], 'sprockets')

  expect(() => tokens.open(token, 'factories')).toThrow(/no token of this list/)
  expect(() => createPageTokens(randomBytes(32)).open(token, 'sprockets')).toThrow(/no token of this list/)
})

test('a token that was changed anywhere is refused', () => {
  const token = tokens.seal(['a', 1], 'sprockets')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

  for (let at = 0; at < token.length; at++) {
    const other = alphabet[(alphabet.indexOf(token.charAt(at)) + 1) % 64]
    const changed = token.slice(0, at) + other + token.slice(at + 1)
    expect(() => tokens.open(changed, 'sprockets')).toThrow(/no token of this list/)
  }
})

test('rubbish is refused like any other wrong token', () => {
  fc.assert(
    fc.property(fc.string(), (rubbish) => {
      expect(() => tokens.open(rubbish, 'x')).toThrow(/no token of this list/)
    }),
  )
})

test('a token does not show what it holds', () => {
  const token = tokens.seal(['a secret name'], 'sprockets')

  expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('secret')
})
