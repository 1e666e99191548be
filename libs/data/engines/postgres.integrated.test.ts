import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@mainspring/core'
import { describeEngine } from '@mainspring/testing'
import { expect, test } from 'vitest'
import { openPostgres } from './postgres.ts'

describeEngine('postgres', 'a transaction', (engine) => {
  test('is READ COMMITTED, whatever the database says', async () => {
    const url = await engine.createUrl()
    const options = { url, schema: 'levels', log: createLog({ level: 'silent' }) }
    const first = await openPostgres(options)
    const name = new URL(url).pathname.slice(1)
    await first.session((connection) =>
      connection.run(`ALTER DATABASE "${name}" SET default_transaction_isolation = 'repeatable read'`),
    )
    await first.close()

    const second = await openPostgres(options)
    const { rows } = await second.transaction((connection) => connection.run('SHOW transaction_isolation'))

    expect(rows).toEqual([{ transaction_isolation: 'read committed' }])
    await second.close()
  })

  test('has failed if it fails behind its last statement', async () => {
    const database = await openPostgres(await optionsFor('deferred'))
    await database.session(async ({ run }) => {
      await run('CREATE TABLE deferred.parents (id int PRIMARY KEY)')
      await run('CREATE TABLE deferred.children (parent int REFERENCES deferred.parents DEFERRABLE INITIALLY DEFERRED)')
    })
    const insert = { sql: 'INSERT INTO deferred.children VALUES ($1)', parameters: [1], hot: true }

    const all = await Promise.allSettled([
      database.runAll([insert]),
      database.transaction(async ({ postpone }) => postpone?.([insert])),
      database.transaction(({ run }) => run(insert.sql, insert.parameters, true), { single: true }),
    ])

    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect((await database.reader.run('SELECT * FROM deferred.children')).rows).toEqual([])
    await database.close()
  })

  test('that is under way is committed before the database closes', async () => {
    const options = await optionsFor('closing')
    const database = await openPostgres(options)
    await database.session(({ run }) => run('CREATE TABLE closing.things (name text)'))
    const insert = { sql: "INSERT INTO closing.things VALUES ('late')", parameters: [], hot: false }
    const late = database.transaction(async ({ postpone }) => {
      await sleep(50)
      await postpone?.([insert])
    })

    await Promise.all([late, database.close()])

    const again = await openPostgres(options)
    expect((await again.reader.run('SELECT name FROM closing.things')).rows).toEqual([{ name: 'late' }])
    await again.close()
  })

  const optionsFor = async (schema: string) => ({
    url: await engine.createUrl(),
    schema,
    log: createLog({ level: 'silent' }),
  })
})
