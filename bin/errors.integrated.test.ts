import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeErrors } from './errors.ts'
import { readTree } from './tree.ts'

test('the page of errors says what the code declares', () => {
  const root = join(import.meta.dirname, '..')

  expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toBe(writeErrors(readTree(root)))
})
