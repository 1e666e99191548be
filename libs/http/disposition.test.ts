import { expect, test } from 'vitest'
import { dispositionOf } from './disposition.ts'

test.each([
  ['items.csv', 'attachment; filename="items.csv"'],
  ['my items (1).csv', 'attachment; filename="my items (1).csv"'],
  ['Größe.csv', `attachment; filename="Gr__e.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv`],
  ['a"b\\c\r\n%.csv', `attachment; filename="a_b_c___.csv"; filename*=UTF-8''a%22b%5Cc%0D%0A%25.csv`],
  ["*'()é", `attachment; filename="*'()_"; filename*=UTF-8''%2A%27%28%29%C3%A9`],
  ['\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
])('a file called %j is named so that nothing else is said', (name, header) => {
  expect(dispositionOf(name)).toBe(header)
})
