import { expect, test } from 'vitest'
import { writeRuns } from './postgres-message.ts'

test('a statement is bound to its values and executed, and a Sync ends it', () => {
  const bind = [0x42, ...int32(25), 0, 0x6d, 0x37, 0, 0, 0, 0, 2, ...int32(3), 0x61, 0xc3, 0xbc, ...int32(-1), 0, 0]
  const execute = [0x45, ...int32(9), 0, ...int32(0)]
  const sync = [0x53, ...int32(4)]

  expect([...writeRuns([run('m7', ['aü', null])])]).toEqual([...bind, ...execute, ...sync])
})

test.each([21_828, 21_829, 21_830, 40_000])('%i characters that take three bytes each find room', (length) => {
  const written = writeRuns([run('m1', ['€'.repeat(length), '', 'end']), run('m2', [])])

  expect(written.subarray(-5)).toEqual(Buffer.from([0x53, ...int32(4)]))
  expect(written.toString('latin1')).toContain('\0\0\0\0\0\0\0\x03end')
  expect(written.toString('utf8').match(/€/g)).toHaveLength(length)
})

test('several go one after the other, and one Sync ends all', () => {
  const each = writeRuns([run('m1', ['x'])]).subarray(0, -5)

  const all = writeRuns([run('m1', ['x']), run('m1', ['x'])])

  expect([...all.subarray(0, -5)]).toEqual([...each, ...each])
})

test('what was written stays as it is, however much comes after it', () => {
  const first = writeRuns([run('m1', ['first'])])
  const before = [...first]

  const large = writeRuns([run('m1', ['ü'.repeat(100_000)])])
  writeRuns([run('m1', ['other'])])

  expect([...first]).toEqual(before)
  expect(large.length).toBe(first.length - 'first'.length + 200_000)
})

const run = (name: string, values: (string | null)[]) => ({ prepared: { name, columns: [] }, values })

const int32 = (number: number): readonly number[] => {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(number)
  return [...buffer]
}
