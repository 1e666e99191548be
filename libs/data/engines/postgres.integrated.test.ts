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
})
