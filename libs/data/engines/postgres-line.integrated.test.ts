import { describeEngine } from '@mainspring/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { RowsRefused } from '../engine.ts'
import { PostgresLine } from './postgres-line.ts'

describeEngine('postgres', 'a line', (engine) => {
  let connectionString: string
  let line: PostgresLine
  const lines: PostgresLine[] = []
  beforeAll(async () => {
    connectionString = await engine.createUrl()
    line = await openLine()
    await line.run('CREATE TABLE things (name text PRIMARY KEY, size int, weight float8, count int8, is_new boolean)')
  })
  afterAll(() => Promise.all(lines.map((opened) => opened.close())))

  test.each([
    ['hot', true],
    ['not', false],
  ])('reads numbers and booleans, and all else as text, %s', async (_, hot) => {
    const sql = 'SELECT 1 AS i, 2::int8 AS l, 0.1::float8 AS d, true AS b, null AS n, $1::date AS t, $2::text AS x'
    const text = `O'Neill 🍕 ${'ü'.repeat(40_000)}`
    const given = ['2026-01-31', text]

    const answers = [await line.values(sql, given, hot), await line.values(sql, given, hot)]
    const { rows } = await line.run(sql, given, hot)

    const values = [1, 2, 0.1, true, null, '2026-01-31', text]
    expect(answers).toEqual([[values], [values]])
    expect(rows).toEqual([
      Object.fromEntries(['i', 'l', 'd', 'b', 'n', 't', 'x'].map((name, at) => [name, values[at]])),
    ])
  })

  test('tells how many rows a statement concerned', async () => {
    const rows = ['a', 'b', 'c'].map((name) => `('many-${name}')`)

    const inserted = await line.run(`INSERT INTO things (name) VALUES ${rows.join()}`)
    const updated = await line.run('UPDATE things SET size = $1 WHERE name LIKE $2', [1, 'many-%'], true)
    const none = await line.run('DELETE FROM things WHERE name = $1', ['nobody'], true)

    expect([inserted, updated, none].map(({ affected }) => affected)).toEqual([3, 3, 0])
  })

  test('gives each of several statements at once its own answer', async () => {
    const asked = [1, 2, 3, 4].map((number) => line.values('SELECT $1::int', [number], number % 2 === 0))

    expect(await Promise.all(asked)).toEqual([[[1]], [[2]], [[3]], [[4]]])
  })

  test.each([
    ['hot', true],
    ['not', false],
  ])('runs statements at once, all or none, %s', async (prefix, hot) => {
    const insert = (name: string) => ({
      sql: 'INSERT INTO things (name, size) VALUES ($1, 7)',
      parameters: [`at-once-${prefix}-${name}`],
      hot,
    })
    const update = { sql: 'UPDATE things SET size = 8 WHERE name LIKE $1', parameters: [`at-once-${prefix}%`], hot }
    const found = () => line.values('SELECT name, size FROM things WHERE name LIKE $1', [`at-once-${prefix}%`], hot)

    await expect(line.runAll([insert('a'), insert('b'), insert('a'), update])).rejects.toMatchObject({ kind: 'unique' })
    const afterRefusal = await found()
    await line.runAll([insert('a'), insert('b'), update])
    await line.runAll([update, insert('c')])

    expect(afterRefusal).toEqual([])
    expect(await found()).toEqual([
      [`at-once-${prefix}-a`, 8],
      [`at-once-${prefix}-b`, 8],
      [`at-once-${prefix}-c`, 7],
    ])
  })

  test('goes on with a hot statement that was refused the first time, and with one that was refused later', async () => {
    const sql = 'INSERT INTO things (name, count) VALUES ($1, $2)'
    const insert = (name: string, count: unknown) => line.run(sql, [name, count], true)

    await expect(insert('first', 'no number')).rejects.toMatchObject({ kind: 'other' })
    await insert('first', 1)
    await expect(insert('first', 1)).rejects.toMatchObject({ kind: 'unique', constraint: 'things_pkey' })

    expect((await insert('second', 2)).affected).toBe(1)
  })

  test('finds the columns of a hot statement anew when its table has changed', async () => {
    const sql = 'SELECT * FROM changing'
    await line.run('CREATE TABLE changing (one int)')
    await line.run(sql, [], true)
    await line.run('INSERT INTO changing (one) VALUES (1)')
    await line.run('ALTER TABLE changing ALTER one TYPE text, ADD two int DEFAULT 2')

    await expect(line.run(sql, [], true)).rejects.toThrow('refused')

    expect((await line.run(sql, [], true)).rows).toEqual([{ one: '1', two: 2 }])
  })

  test('begins a transaction with the next statement', async () => {
    line.begin('BEGIN')
    await line.run("INSERT INTO things (name) VALUES ('undone')")
    await line.run('ROLLBACK')

    expect(await line.values("SELECT name FROM things WHERE name = 'undone'")).toEqual([])
  })

  describe('in a unit of work', () => {
    const insert = (name: string) => ({ sql: 'INSERT INTO things (name) VALUES ($1)', parameters: [name], hot: true })
    const remove = (name: string) => ({
      sql: 'WITH required AS (DELETE FROM things WHERE name = $1 RETURNING 1) SELECT 1 / count(*) FROM required',
      parameters: [name],
      hot: true,
    })
    const found = async (prefix: string) =>
      (await line.values('SELECT name FROM things WHERE name LIKE $1 ORDER BY name', [`${prefix}%`])).flat()

    test('sends what is postponed with what is asked next, or at the end', async () => {
      line.begin('BEGIN')
      await line.postpone([insert('unit-a'), insert('unit-b')])
      const seen = await found('unit-')
      await line.postpone([insert('unit-c')])
      await line.commit()
      line.begin('BEGIN')
      await line.postpone([insert('unit-d'), insert('unit-e')])
      await line.commit()

      expect(seen).toEqual(['unit-a', 'unit-b'])
      expect(await found('unit-')).toEqual(['unit-a', 'unit-b', 'unit-c', 'unit-d', 'unit-e'])
    })

    test.each([
      ['hot', true],
      ['not', false],
    ])('answers what is asked, and nothing of what was postponed, %s', async (name, hot) => {
      await line.run('INSERT INTO things (name, size) VALUES ($1, 5)', [`answer ${name}`])
      const select = () => line.run('SELECT name, size FROM things WHERE name = $1', [`answer ${name}`], hot)

      for (const _ of [1, 2]) {
        line.begin('BEGIN')
        await line.postpone([{ sql: 'SELECT 1 AS one', parameters: [], hot }])
        const answer = await select()
        await line.commit()
        expect(answer).toEqual({ rows: [{ name: `answer ${name}`, size: 5 }], affected: 1 })
      }
    })

    test.each([
      ['with a question', async () => void (await line.values('SELECT 1'))],
      ['at the end', async () => {}],
    ])('fails as refused when what was postponed is, %s', async (name, ask) => {
      await line.run('INSERT INTO things (name) VALUES ($1)', [`taken ${name}`])

      line.begin('BEGIN')
      await line.postpone([insert(`new ${name}`), insert(`taken ${name}`)])
      const asked = ask().then(() => line.commit())
      await expect(asked).rejects.toBeInstanceOf(RowsRefused)
      await line.rollback()

      expect(await found('new')).toEqual([])
    })

    test('is over with its refusal: the next one hears nothing of it', async () => {
      await line.run("INSERT INTO things (name) VALUES ('over')")
      line.begin('BEGIN')
      await line.postpone([insert('over')])
      await expect(line.commit()).rejects.toBeInstanceOf(RowsRefused)
      await line.rollback()

      await expect(line.send()).resolves.toBeUndefined()
    })

    test('cannot go on as if nothing had been refused', async () => {
      await line.run("INSERT INTO things (name) VALUES ('light')")

      line.begin('BEGIN')
      await line.postpone([insert('light')])
      await line.values('SELECT 1').catch(() => 'never mind')
      await expect(line.commit()).rejects.toBeInstanceOf(RowsRefused)
      await line.rollback()
      line.begin('BEGIN')
      await line.run(insert('light').sql, ['light']).catch(() => 'never mind')

      await expect(line.commit()).rejects.toMatchObject({ kind: 'other' })
    })

    test('goes on whole when something that is not encoded was refused', async () => {
      line.begin('BEGIN')
      await line.postpone([insert('whole-a')])
      await expect(line.run('SELECT $1::text', [new Date()])).rejects.toThrow(TypeError)
      await line.postpone([insert('whole-b')])
      await line.commit()
      line.begin('BEGIN')
      await expect(line.run('SELECT $1::text', [new Date()])).rejects.toThrow(TypeError)
      await line.run(insert('whole-c').sql, ['whole-c'])
      await line.rollback()

      expect(await found('whole-')).toEqual(['whole-a', 'whole-b'])
    })

    test('sends what is asked at one time together, and answers each', async () => {
      const sent = vi.spyOn(pg.Client.prototype, 'query')
      line.begin('BEGIN')
      await line.postpone([insert('together')])

      const answers = await Promise.all([
        found('together'),
        line.run('SELECT 1 AS one', [], true),
        line.values('SELECT 2'),
      ])
      await line.rollback()

      expect(answers).toEqual([['together'], { rows: [{ one: 1 }], affected: 1 }, [[2]]])
      expect(sent).toHaveBeenCalledTimes(2)
      sent.mockRestore()
    })

    test('tells of several that are asked at one time which was refused, and does not run those behind it', async () => {
      await line.run("INSERT INTO things (name) VALUES ('twice')")
      line.begin('BEGIN')

      const outcomes = await Promise.allSettled([
        line.values('SELECT 1'),
        line.run(insert('twice').sql, ['twice'], true),
        line.run(insert('behind').sql, ['behind'], true),
      ])
      await line.rollback()

      expect(outcomes).toMatchObject([{ value: [[1]] }, { reason: { kind: 'unique' } }, { reason: { kind: 'other' } }])
      expect(await found('behind')).toEqual([])
    })

    test('fails as refused when what was postponed waits for too long', async () => {
      const other = await openLine()
      other.begin('BEGIN')
      await other.run(insert('slow').sql, ['slow'])

      line.begin('BEGIN')
      await line.postpone([{ sql: "SET LOCAL lock_timeout = '20ms'", parameters: [], hot: false }, insert('slow')])
      await expect(line.values('SELECT 1')).rejects.toBeInstanceOf(RowsRefused)
      await line.rollback()
      await other.rollback()
    })

    test('is done only if what it requires concerned a row', async () => {
      await line.run("INSERT INTO things (name) VALUES ('required')")
      const unit = async (given: string) => {
        line.begin('BEGIN')
        await line.postpone([remove('required'), insert(given)])
        await line.commit()
      }

      await unit('done once')
      await expect(unit('done twice')).rejects.toBeInstanceOf(RowsRefused)

      expect(await found('done')).toEqual(['done once'])
    })
  })

  test.each([
    ['hot', true],
    ['not', false],
  ])('runs no statement whose transaction did not begin, %s', async (name, hot) => {
    line.begin('BEGIN ISOLATION LEVEL NONSENSE')

    await expect(line.run('INSERT INTO things (name) VALUES ($1)', [`alone ${name}`], hot)).rejects.toThrow('refused')

    expect(await line.values("SELECT name FROM things WHERE name LIKE 'alone%'")).toEqual([])
  })

  test('takes nothing that is not encoded, and goes on', async () => {
    await expect(line.run('SELECT $1::text', [new Date()])).rejects.toThrow(TypeError)

    expect(await line.values('SELECT 1')).toEqual([[1]])
  })

  test('takes as many parameters as the protocol has room for, and refuses more', async () => {
    const sum = (parameters: number) => {
      const places = Array.from({ length: parameters }, (_, index) => `($${index + 1}::int)`)
      const sql = `SELECT sum(n) FROM (VALUES ${places.join()}) AS given(n)`
      return line.values(sql, Array(parameters).fill(1), true)
    }

    expect([await sum(65_535), await sum(65_535)]).toEqual([[[65_535]], [[65_535]]])
    await expect(sum(65_536)).rejects.toThrow('65,535')
    expect(await line.values('SELECT 1')).toEqual([[1]])
  })

  test('is lost when the server is silent for too long, with all that is asked', async () => {
    const silent = await openLine(200)

    const asked = [silent.run('SELECT pg_sleep(30)'), silent.values('SELECT 1')]
    const outcomes = await Promise.allSettled(asked)

    expect(outcomes).toMatchObject([
      { reason: { kind: 'unavailable', cause: { message: 'The database does not answer.' } } },
      { reason: { kind: 'unavailable' } },
    ])
    expect(silent.isLost()).toBe(true)
  })

  test('is not lost because this process could do nothing for long', async () => {
    const line = await openLine(200)

    const answer = line.values('select 1')
    for (const end = performance.now() + 400; performance.now() < end; );

    expect(await answer).toEqual([[1]])
  })

  test('is not lost by being idle, nor by many statements that take their time together', async () => {
    const slow = await openLine(300)

    await slow.run('SELECT pg_sleep(0.2)')
    await new Promise((resolve) => setTimeout(resolve, 400))
    await Promise.all([1, 2, 3].map(() => slow.run('SELECT pg_sleep(0.2)')))

    expect(await slow.values('SELECT 1')).toEqual([[1]])
  })

  test('is lost when the server ends it, whether it is asked something or not', async () => {
    const told: string[] = []
    const [idle, asked] = [await openLine(undefined, told), await openLine(undefined, told)]
    const pids = [await idle.values('SELECT pg_backend_pid()'), await asked.values('SELECT pg_backend_pid()')]
    const sleep = asked.run('SELECT pg_sleep(30)')
    sleep.catch(() => {})

    await line.run(`SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[${pids.flat(2).join()}]) AS pid`)

    await expect(sleep).rejects.toMatchObject({ kind: 'unavailable' })
    await expect.poll(() => [idle.isLost(), asked.isLost()]).toEqual([true, true])
    await expect(idle.run('SELECT 1')).rejects.toMatchObject({ kind: 'unavailable' })
    expect(told.length).toBeGreaterThan(0)
  })

  async function openLine(silence?: number, told: string[] = []): Promise<PostgresLine> {
    const opened = new PostgresLine({ connectionString }, { prepare: true, ...(silence ? { silence } : {}) })
    await opened.open(({ message }) => told.push(message))
    lines.push(opened)
    return opened
  }
})
