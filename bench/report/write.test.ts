import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withMeasured } from './write.ts'

const page = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8')

test('what was measured before gives way, and the prose around it stays', () => {
  const once = withMeasured(page, 'first')
  const twice = withMeasured(once, 'second')

  expect(twice).toContain('\n\nsecond\n\n')
  expect(twice).not.toContain('\n\nfirst\n\n')
  expect(twice.length - once.length).toBe('second'.length - 'first'.length)
  expect(twice.startsWith(page.slice(0, 500))).toBe(true)
})

test('a page without the marks is not overwritten', () => {
  expect(() => withMeasured('# Performance', 'text')).toThrow('must have the lines')
})
