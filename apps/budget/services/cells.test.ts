import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spoolOf } from '../testing/spool.ts'
import { type CellRow, defused, fused, readCells, writeCells } from './cells.ts'

/** What begins a formula, what hides one, what CSV itself means by something, and anything else. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "'",
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      '＝',
      '＋',
      '－',
      '＠',
      '"',
      ',',
      ';',
      ' ',
      '\ufeff',
      '😀',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

test('any text that was defused comes back as it was', () => {
  fc.assert(fc.property(text, (sent) => fused(defused(sent)) === sent))
})

test('no text that was defused begins as a formula does', () => {
  fc.assert(fc.property(text, (sent) => !/^[=+\-@\t\r\n＝＋－＠]/.test(defused(sent))))
})

test.each(['=1+1', '+49', '-5', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "'=1", "''+1"])('%j is defused', (sent) => {
  expect(defused(sent)).toBe(`'${sent}`)
})

test.each(['', "'", "'quoted'", "rock 'n' roll", '1=1', ' =1', 'a\n=1'])('%j stays as it is', (sent) => {
  expect([defused(sent), fused(sent)]).toEqual([sent, sent])
})

test('any rows that were written are read as they were, whatever pieces they come in', async () => {
  const written = fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { maxLength: 8 })

  await fc.assert(
    fc.asyncProperty(written, fc.integer({ min: 1, max: 20 }), async (rows, piece) => {
      const read = await readAll(`\ufeff${rows.map(writeCells).join('')}`, piece)

      expect(read.map(({ cells }) => cells.map(fused))).toEqual(rows)
      expect(read.filter(({ fault }) => fault)).toEqual([])
    }),
  )
})

test('each row is told with the line where it begins, whatever breaks lines in it', async () => {
  const written = fc.array(fc.array(text, { minLength: 2, maxLength: 3 }), { maxLength: 8 })

  await fc.assert(
    fc.asyncProperty(written, fc.integer({ min: 1, max: 20 }), async (rows, piece) => {
      const lines = rows.map((_, index) => lineAfter(rows.slice(0, index).map(writeCells).join('')))

      expect((await readAll(rows.map(writeCells).join(''), piece)).map(({ line }) => line)).toEqual(lines)
    }),
  )
})

test('nothing at all is an empty cell, and a number is as it is', () => {
  expect(writeCells(['a', null, undefined, 5, -5])).toBe('a,,,5,-5\r\n')
})

test.each([
  ['CRLF', 'a,b\r\nc,d\r\n'],
  ['LF', 'a,b\nc,d\n'],
  ['both', 'a,b\r\nc,d\n'],
  ['no end', 'a,b\r\nc,d'],
  ['a mark in front', '\ufeffa,b\nc,d\n'],
  ['needless quotes', '"a","b"\n"c",d\n'],
])('rows with %s are read', async (_, sheet) => {
  expect(await readAll(sheet)).toMatchObject([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['c', 'd'] },
  ])
})

test.each([
  ['a quote that is never closed', '"x,2', 0, 'never closed'],
  ['a quote in a plain cell', '1,x"y"', 1, 'without quotes around it'],
  ['something behind a closing quote', '1,"x"y', 1, 'follows a closing quote'],
  ['a row without end', `1,2,"${'x'.repeat(200_000)}"`, 2, 'longer than 100000 bytes'],
])('%s is the last that is read, and named by its line and cell', async (_, bad, cell, detail) => {
  for (const rows of [1, 50, 5_000]) {
    const read = await readAll(`${'"a\nb",c,d\n'.repeat(rows)}${bad}\n${'e,f,g\n'.repeat(20)}`)

    expect(read).toHaveLength(rows + 1)
    expect(read.at(-1)).toEqual({
      line: 2 * rows + 1,
      cells: [],
      fault: { cell, detail: expect.stringContaining(detail) },
    })
  }
})

test.each([
  ['Latin-1', Buffer.from('a,Zoë\n', 'latin1')],
  ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le')],
  ['cut off within a character', Buffer.from('a,ë').subarray(0, 3)],
])('a file that is %s is refused', async (_, bytes) => {
  await expect(readAll(bytes, 2)).rejects.toMatchObject({
    code: 'invalid_csv',
    message: expect.stringContaining('not UTF-8'),
  })
})

test('a reader may leave before the end', async () => {
  const uploaded = spoolOf('a,b\n'.repeat(50_000), 7)

  for await (const { line } of readCells(uploaded)) if (line === 100) break

  expect(await readAll('a,b\n')).toHaveLength(1) // What was left behind would have ended this process by now.
})

async function readAll(sheet: string | Uint8Array, piece?: number): Promise<readonly CellRow[]> {
  return Array.fromAsync(readCells(spoolOf(sheet, piece)))
}

/** The line that begins behind a text. */
const lineAfter = (written: string): number => written.split(/\r\n?|\n/).length

test('while much is read others get their turn', async () => {
  let turns = 0
  let next = setImmediate(function count() {
    turns += 1
    next = setImmediate(count)
  })

  await Array.fromAsync(readCells(spoolOf('\n'.repeat(64 * 1024))))

  clearImmediate(next)
  expect(turns).toBeGreaterThan(5)
})
