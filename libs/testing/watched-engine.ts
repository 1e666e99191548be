import type { Connection, Engine } from '@mainspring/data'

/** An engine that tells each statement before it runs it; what begins, ends and divides transactions is not among them. */
export function createWatchedEngine(engine: Engine, tell: (sql: string) => void): Engine {
  const watch = (connection: Connection): Connection => ({
    run(sql, parameters, hot) {
      tell(sql)
      return connection.run(sql, parameters, hot)
    },
    values(sql, parameters, hot) {
      tell(sql)
      return connection.values(sql, parameters, hot)
    },
    postpone:
      connection.postpone &&
      (async (statements) => {
        for (const { sql } of statements) tell(sql)
        await connection.postpone?.(statements)
      }),
  })
  return {
    ...engine,
    reader: watch(engine.reader),
    transaction: (job, options) => engine.transaction((connection) => job(watch(connection)), options),
    runAll(statements) {
      for (const statement of statements) tell(statement.sql)
      return engine.runAll(statements)
    },
  }
}
