import { expect, test } from 'vitest'
import { checkErrors, writeErrors } from './errors.ts'
import { createTree } from './tree.ts'

const declared = `export const codes = { pizza_retired: { kind: 'conflict', title: 'It is gone.' } } satisfies ErrorCodes`

const plant = (text: string) => createTree({ 'package.json': '{ "name": "mainspring" }', 'apps/snacks/a.ts': text })

const check = (text: string) => checkErrors(plant(text)).map(({ line, message }) => `${line} ${message}`)

test.each([
  ['a maker', `throw conflict('pizza_retired', { detail: 'Gone.' })`],
  ['the class', `throw new AppError('conflict', 'pizza_retired')`],
  ['one field', `errors.push({ field: 'pizza_id', code: 'pizza_retired', detail: 'Gone.' })`],
])('a code that is declared and used passes: by %s', (_, use) => {
  expect(check(`${declared}\n${use}`)).toEqual([])
})

test.each([
  [`${declared}\nconflict('pizza_retired'); invalid('no_pizza')`, '2 throws a code that is not declared: no_pizza'],
  [`${declared}\ninvalid('pizza_retired')`, '2 throws a code as of another kind than declared: pizza_retired'],
  [
    `${declared}\nconflict('pizza_retired'); [{ field: 'a', code: 'odd', detail: '' }]`,
    '2 throws a code that is not declared: odd',
  ],
  [`${declared}`, '1 declares a code that nobody throws: pizza_retired'],
  [
    `conflict('pizza_retired')\n${declared}\n${declared}`,
    '3 declares a code that is declared elsewhere: pizza_retired',
  ],
])('a violation is caught: %s', (text, violation) => {
  expect(check(text)).toEqual([violation])
})

test("a field may have the validator's codes without declaring them", () => {
  expect(check(`errors.push({ field: 'teeth', code: 'minimum', detail: 'Must be at least 1.' })`)).toEqual([])
})

test('what tests throw counts for nothing', () => {
  const tree = createTree({ 'package.json': '{ "name": "mainspring" }', 'apps/snacks/a.test.ts': `invalid('made_up')` })

  expect(checkErrors(tree)).toEqual([])
})

test('the page lists each code with its status', () => {
  const page = writeErrors(
    plant(`${declared}\nconst more = { too_hot: { kind: 'invalid', status: 422, title: 'Hot.' } }`),
  )

  expect(page).toContain('| `pizza_retired` | 409 | It is gone. |')
  expect(page).toContain('| `too_hot` | 422 | Hot. |')
})
