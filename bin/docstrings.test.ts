import { expect, test } from 'vitest'
import { checkDocstrings } from './docstrings.ts'
import { createTree } from './tree.ts'

const manifest = (name: string, exports = {}) => JSON.stringify({ name, exports })

const check = (files: Readonly<Record<string, string>>) =>
  checkDocstrings(
    createTree({
      'package.json': manifest('mainspring'),
      'libs/core/package.json': manifest('@mainspring/core', { '.': './index.ts', './more': './more.ts' }),
      'libs/core/more.ts': '',
      ...files,
    }),
  ).map(({ path, line, message }) => `${path}:${line} ${message}`)

test('a lib whose exports all have a docstring passes', () => {
  const documented = `
    /** What a clock is. */
    export interface Clock {}

    /**
     * The system's clock.
     */
    export const clock = (): Clock => ({})

    /** Reads, or writes. */
    export function access(): void
    export function access(mode?: string): void {}

    /** A value and its type. */
    const Pizza = 1
    type Pizza = number
    export { Pizza }

    const hidden = 1
  `
  expect(check({ 'libs/core/index.ts': "export * from './clock.ts'", 'libs/core/clock.ts': documented })).toEqual([])
})

test.each([
  ['export const bare = 1', 'bare'],
  ['export function bare() {}', 'bare'],
  ['export class bare {}', 'bare'],
  ['export interface bare {}', 'bare'],
  ['export type bare = 1', 'bare'],
  ['const secret = 1\nexport { secret as bare }', 'bare'],
  ['export default 1', 'null'],
  ['// a comment is no docstring\nexport const bare = 1', 'bare'],
  ['/* nor is this */\nexport const bare = 1', 'bare'],
  ['/** */\nexport const bare = 1', 'bare'],
  ['/** Of another. */\nconst other = 1\nexport const bare = 1', 'bare'],
])('an export without a docstring is caught: %s', (text, name) => {
  expect(check({ 'libs/core/index.ts': text })).toEqual([
    `libs/core/index.ts:${text.split('\n').length} exports ${name} without a docstring`,
  ])
})

test('exports are followed to where they are declared, by any entry, and named once', () => {
  const violations = check({
    'libs/core/index.ts': "export * from './a.ts'\nexport { b as renamed } from './b.ts'\nexport * as c from './c.ts'",
    'libs/core/more.ts': "export { a } from './a.ts'\nexport { external } from 'elsewhere'",
    'libs/core/a.ts': 'export const a = 1',
    'libs/core/b.ts': 'export const b = 1\nexport const inner = 1',
    'libs/core/c.ts': 'export const c = 1',
  })

  expect(violations).toEqual([
    'libs/core/a.ts:1 exports a without a docstring',
    'libs/core/b.ts:1 exports b without a docstring',
    'libs/core/c.ts:1 exports c without a docstring',
  ])
})

test('what a service exports needs no docstring', () => {
  const snacks = {
    'apps/snacks/package.json': manifest('@mainspring/snacks', { './app': './app.ts' }),
    'apps/snacks/app.ts': 'export const snacks = 1',
  }

  expect(check({ 'libs/core/index.ts': '', ...snacks })).toEqual([])
})

test('an entry that is not there is caught', () => {
  expect(check({})).toEqual(['libs/core/index.ts:1 is exported from, but is not there'])
})
