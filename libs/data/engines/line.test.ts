import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Connection, DatabaseFault, RowsRefused } from '../engine.ts'
import { answered, runAllOn, runUnit } from './line.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

test('a unit is committed when its job is done, and the line is used again', async () => {
  const { line, statements, returned } = fakeLine()

  const value = await runUnit(line, async (db) => (await db.run('insert')).affected)

  expect(value).toBe(1)
  expect(statements).toEqual(['BEGIN', 'insert', 'COMMIT'])
  expect(returned).toEqual(['whole'])
})

test('a unit of one statement needs nothing around it, and gets no second one', async () => {
  const { line, statements, returned } = fakeLine()

  const value = await runUnit(line, async (db) => (await db.run('insert')).affected, { single: true })
  const twice = runUnit(line, (db) => db.run('insert').then(() => db.run('another')), { single: true })

  expect(value).toBe(1)
  await expect(twice).rejects.toThrow('has had its statements')
  expect(statements).toEqual(['insert', 'insert'])
  expect(returned).toEqual(['whole', 'whole'])
})

test('statements are a transaction, and one is by itself', async () => {
  const { line, statements } = fakeLine()
  const insert = { sql: 'insert', parameters: [], hot: true }

  await runAllOn(line, [insert])
  await runAllOn(line, [insert, insert])

  expect(statements).toEqual(['insert', 'BEGIN', 'insert', 'insert', 'COMMIT'])
})

test('a unit is undone when its job throws', async () => {
  const { line, statements, returned } = fakeLine()

  await expect(runUnit(line, () => Promise.reject(new Error('no')))).rejects.toThrow('no')

  expect(statements).toEqual(['BEGIN', 'ROLLBACK'])
  expect(returned).toEqual(['whole'])
})

test.each(['BEGIN', 'insert', 'COMMIT'])(
  'a line that is lost at %s is thrown away, without another word',
  async (statement) => {
    const { line, statements, returned } = fakeLine({ [statement]: new DatabaseFault('unavailable', 'lost') })

    await expect(runUnit(line, (db) => db.run('insert'))).rejects.toThrow(DatabaseFault)

    expect(statements.at(-1)).toBe(statement)
    expect(returned).toEqual(['broken'])
  },
)

test('what was refused counts before what the job made of it', async () => {
  const refused = new RowsRefused('Taken.')
  const { line, statements, returned } = fakeLine({}, refused)

  await expect(runUnit(line, () => Promise.reject(new Error('no')))).rejects.toBe(refused)

  expect(statements).toEqual(['BEGIN', 'ROLLBACK'])
  expect(returned).toEqual(['whole'])
})

test('what outlives its unit can do nothing while that is committed or undone', async () => {
  const { line, statements } = fakeLine()
  const late: Promise<unknown>[] = []
  const insert = (db: Connection) => late.push(db.run('insert').catch((error) => error))
  const leave = async (db: Connection) => void setTimeout(() => insert(db), 5)
  const slowly = () => new Promise((resolve) => setTimeout(resolve, 10))

  const units = [
    runUnit({ ...line, commit: slowly }, leave),
    runUnit({ ...line, rollback: slowly }, (db) => leave(db).then(() => Promise.reject(new Error('no')))),
  ]
  const ends = Promise.allSettled(units)
  await vi.advanceTimersByTimeAsync(10)
  await ends

  expect(statements).toEqual(['BEGIN', 'BEGIN'])
  expect(await Promise.all(late)).toEqual(
    Array(2).fill(expect.objectContaining({ message: expect.stringMatching('over') })),
  )
})

test('a line on which nothing can be undone is thrown away', async () => {
  const { line, returned } = fakeLine({ ROLLBACK: new DatabaseFault('other', 'what?') })

  await expect(runUnit(line, () => Promise.reject(new Error('no')))).rejects.toThrow('no')

  expect(returned).toEqual(['broken'])
})

test('a job that hangs loses its line after 10 s, and can do nothing with it any more', async () => {
  const { line, statements, returned } = fakeLine()
  const { promise, resolve } = Promise.withResolvers<void>()
  let late: Promise<unknown> | undefined
  const unit = runUnit(line, async (db) => {
    await promise
    late = db.run('insert')
    await late
  })
  unit.catch(() => {})

  await vi.advanceTimersByTimeAsync(10_000)
  await expect(unit).rejects.toMatchObject({ code: 'unit_too_slow' })
  resolve()
  await vi.advanceTimersByTimeAsync(0)

  await expect(late).rejects.toThrow('over')
  expect(statements).toEqual(['BEGIN'])
  expect(returned).toEqual(['broken'])
})

test('a job that is alone may take its time', async () => {
  const { line, statements } = fakeLine()
  const { promise, resolve } = Promise.withResolvers<void>()
  const unit = runUnit(line, () => promise, { alone: true })

  await vi.advanceTimersByTimeAsync(60_000)
  resolve()
  await unit

  expect(statements).toEqual(['BEGIN', 'COMMIT'])
})

test('a server that is silent for 5 s counts as away', async () => {
  const silent = answered(new Promise(() => {}))
  silent.catch(() => {})

  await vi.advanceTimersByTimeAsync(5_000)

  await expect(silent).rejects.toMatchObject({ name: 'DatabaseFault', kind: 'unavailable' })
  expect(await answered(Promise.resolve('here'))).toBe('here')
})

/** A line of which some statements fail. */
function fakeLine(failures: Readonly<Record<string, Error>> = {}, refused?: Error) {
  const statements: string[] = []
  const returned: string[] = []
  const connection: Connection = {
    async run(sql) {
      statements.push(sql)
      if (failures[sql]) throw failures[sql]
      return { rows: [], affected: 1 }
    },
    values: async () => [],
  }
  return {
    line: {
      connection,
      begin: () => connection.run('BEGIN'),
      send: async () => {
        if (refused) throw refused
      },
      commit: () => connection.run('COMMIT'),
      rollback: () => connection.run('ROLLBACK'),
      giveBack: (isBroken: boolean) => void returned.push(isBroken ? 'broken' : 'whole'),
    },
    statements,
    returned,
  }
}
