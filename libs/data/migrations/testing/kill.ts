import fc from 'fast-check'
import type { Connection, Engine } from '../../engine.ts'

/** Where a process dies: just before or just after a statement, counted from the beginning of its session. */
export interface Kill {
  readonly statement: number
  readonly when: 'before' | 'after'
}

/** A few deaths in a row, early and late. */
export const kills: fc.Arbitrary<readonly Kill[]> = fc.array(
  fc.record({ statement: fc.nat(60), when: fc.constantFrom('before', 'after') }),
  { maxLength: 4 },
)

/** An engine whose process dies in its session: from then on no statement reaches the database. */
export function dying(engine: Engine, { statement: last, when }: Kill): Engine {
  let statement = 0
  const die = (connection: Connection): Connection => ({
    ...connection,
    async run(sql, parameters) {
      if (statement > last || (statement === last && when === 'before')) {
        statement = Infinity
        throw new Error('killed')
      }
      const result = await connection.run(sql, parameters)
      if (statement++ === last) throw new Error('killed')
      return result
    },
  })
  return { ...engine, session: (job) => engine.session((connection) => job(die(connection))) }
}
