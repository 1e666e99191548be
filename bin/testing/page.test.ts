import { expect, test } from 'vitest'
import { isAsExpected, readSteps } from './page.ts'

test('a page is read into what its reader is to do, in its order', () => {
  const page = `Write:

\`apps/tools/loan.ts\`:

\`\`\`ts
export const loan = 1
\`\`\`

\`apps/tools/collection.json\`, one more in \`item\`:

\`\`\`json
{}
\`\`\`

\`\`\`
only a picture
\`\`\`

\`\`\`console
$ make it
made
twice
$ look
\`\`\`

Then:

\`\`\`sh
make run
\`\`\`
`

  expect(readSteps(page)).toEqual([
    { kind: 'write', line: 5, path: 'apps/tools/loan.ts', text: 'export const loan = 1\n' },
    { kind: 'append', line: 11, path: 'apps/tools/collection.json', text: '{}\n' },
    { kind: 'run', line: 17, command: 'make it', expected: 'made\ntwice' },
    { kind: 'run', line: 17, command: 'look', expected: '' },
    { kind: 'start', line: 28, command: 'make run' },
  ])
})

test('a listing that belongs nowhere is refused', () => {
  expect(() => readSteps('So:\n\n```ts\nlet a\n```\n')).toThrow('Line 3: nothing says to which file')
})

test('three dots stand for anything, and nothing else does', () => {
  expect(isAsExpected('{"id":"1","time":"now"}\n', '{"id":"1",…}')).toBe(true)
  expect(isAsExpected('{"id":"12"}', '{"id":"1."}')).toBe(false)
  expect(isAsExpected('more', 'mor')).toBe(false)
})
