import { createLog } from '@mainspring/core'
import { describeEngine } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openMysql } from './mysql.ts'

describeEngine('mysql', 'a connection', (engine) => {
  test('keeps so many statements prepared, which are those used last', async () => {
    const url = await engine.createUrl()
    const database = new URL(url).pathname.slice(1)
    const opened = await openMysql({ url, database, log: createLog({ level: 'silent' }), pool_size: 1 })
    onTestFinished(() => opened.close())

    for (let number = 0; number < 150; number++) {
      await opened.reader.run(`SELECT ${number} AS number`, [], true)
      await opened.reader.run('SELECT 1 AS often', [], true)
    }

    const { rows } = await opened.reader.run(
      "SHOW SESSION STATUS WHERE Variable_name IN ('Com_stmt_prepare', 'Com_stmt_close')",
    )
    const counts = Object.fromEntries(rows.map(({ Variable_name, Value }) => [Variable_name, Number(Value)]))
    expect(counts).toEqual({ Com_stmt_prepare: 151, Com_stmt_close: 51 })
  })
})
