import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Connection } from '../engine.ts'
import { createGroupCommit, type GroupLimits } from './group-commit.ts'

function open(limits?: GroupLimits) {
  const database = new DatabaseSync(':memory:')
  database.exec('create table things (id integer primary key, parent integer references things (id))')
  const statements: string[] = []
  const spied = Object.create(database, {
    exec: {
      value: (sql: string) => {
        statements.push(sql)
        database.exec(sql)
      },
    },
    isTransaction: { get: () => database.isTransaction },
  })
  const connection: Connection = {
    run: async (sql) => ({ rows: [], affected: Number(database.prepare(sql).run().changes) }),
    values: async () => [],
  }
  const group = createGroupCommit(spied, connection, limits)
  const ids = () =>
    database
      .prepare('select id from things order by id')
      .all()
      .map(({ id }) => id)
  return { database, group, ids, statements }
}

const insert = (id: number) => (connection: Connection) => connection.run(`insert into things values (${id}, null)`)

test('units that wait together share one commit', async () => {
  const { group, ids, statements } = open()

  await Promise.all(Array.from({ length: 64 }, (_, id) => group.transaction(insert(id))))

  expect(ids()).toHaveLength(64)
  expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1)
})

test('a group has at most 64 units', async () => {
  const { group, statements } = open()

  await Promise.all(Array.from({ length: 130 }, (_, id) => group.transaction(insert(id))))

  expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(3)
})

test('a unit that throws is undone alone', async () => {
  const { group, ids } = open()
  const failing = async (connection: Connection): Promise<never> => {
    await insert(2)(connection)
    throw new Error('no')
  }

  const outcomes = await Promise.allSettled([insert(1), failing, insert(3)].map((job) => group.transaction(job)))

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(ids()).toEqual([1, 3])
})

test('a commit that fails fails every unit of its group', async () => {
  const { group, ids } = open()
  const dangling = async (connection: Connection) => {
    await connection.run('pragma defer_foreign_keys = on')
    return connection.run('insert into things values (2, 99)')
  }

  const outcomes = await Promise.allSettled([insert(1), dangling, insert(3)].map((job) => group.transaction(job)))

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(ids()).toEqual([])
  await group.transaction(insert(4))
  expect(ids()).toEqual([4])
})

test('when a unit loses the whole transaction, those before it fail and those after it are run', async () => {
  const { database, group, ids } = open()
  const losing = async (connection: Connection): Promise<never> => {
    await insert(2)(connection)
    database.exec('ROLLBACK') // as SQLite itself does when the disk is full
    throw new Error('disk full')
  }

  const outcomes = await Promise.allSettled([insert(1), losing, insert(3)].map((job) => group.transaction(job)))

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(ids()).toEqual([3])
})

test('a unit that awaits something else is undone at its deadline, and what it does later is refused', async () => {
  const { group, ids } = open({ unit: 30, wait: 1_000 })
  const late = Promise.withResolvers<unknown>()
  const dawdling = async (connection: Connection) => {
    await insert(1)(connection)
    await sleep(80)
    await insert(2)(connection).then(late.resolve, late.reject)
  }
  const refused = expect(late.promise).rejects.toThrow(/unit of work is over/)

  const outcomes = await Promise.allSettled([group.transaction(dawdling), group.transaction(insert(3))])

  expect(outcomes).toMatchObject([{ status: 'rejected', reason: { code: 'unit_too_slow' } }, { status: 'fulfilled' }])
  await refused
  expect(ids()).toEqual([3])
})

test('a long job is alone in its group, and who waits too long behind it is told so', async () => {
  const { group, ids } = open({ unit: 20, wait: 60 })
  const long = async (connection: Connection) => {
    await insert(1)(connection)
    await sleep(150)
  }

  const outcomes = await Promise.allSettled([group.transaction(long, { alone: true }), group.transaction(insert(2))])

  expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'database_busy' } }])
  expect(ids()).toEqual([1])
})

test('a session runs outside of any transaction, between groups', async () => {
  const { database, group } = open()
  const inTransaction: boolean[] = []
  const look = async () => {
    inTransaction.push(database.isTransaction)
  }

  await Promise.all([group.transaction(look), group.session(look), group.transaction(look)])

  expect(inTransaction).toEqual([true, false, true])
})

test('closing waits for what was taken, and takes nothing more', async () => {
  const { group, ids } = open()
  const taken = group.transaction(insert(1))

  await group.close()

  await taken
  expect(ids()).toEqual([1])
  await expect(group.transaction(insert(2))).rejects.toMatchObject({ code: 'database_closed' })
})
