import type { Connection, Engine } from '@mainspring/data'
import type { Publisher } from '../../transports/publisher.ts'

/** What a transaction is for, by the statements in it. */
const TRANSACTIONS = {
  emitting: [/^insert into \S*mainspring_outbox/i],
  stamping: [/^(with required as \()?update \S*mainspring_outbox/i, /^update json_table.*mainspring_outbox/is],
  noting: [/^(insert into|insert ignore into|update) \S*mainspring_readers/i],
  receiving: [/^insert into \S*mainspring_inbox/i],
  handling: [/^(with required as \()?insert into \S*mainspring_marks/i],
  placing: [/^update \S*mainspring_listeners/i],
  claiming: [/update \S*mainspring_items.*epoch \+ 1/is],
  settling: [/^(with required as \()?delete from \S*mainspring_items/i],
  scheduling: [/^update \S*mainspring_schedules/i],
} as const satisfies Readonly<Record<string, readonly RegExp[]>>

/** What is read before something is done about it, without a transaction around both. */
const LOOKS = {
  unstamped: /^select .*mainspring_outbox.*position\W+is null/is,
  emitted: /^select .*envelope.*mainspring_outbox/is,
  arrived: /^select .*envelope.*mainspring_inbox/is,
  due: /^select .*mainspring_schedules/is,
} as const satisfies Readonly<Record<string, RegExp>>

type Transaction = keyof typeof TRANSACTIONS

/** Where a process may be struck: before a commit or after it, after a look that found something, around what is outside. */
export type Step =
  | `before ${Transaction | 'publishing'}`
  | `after ${Transaction | 'publishing' | 'performing'}`
  | `seeing ${keyof typeof LOOKS}`

/** Told of each step as it is reached. */
export type AtStep = (step: Step) => void

/** An engine whose steps are told. */
export function tellSteps(engine: Engine, at: AtStep): Engine {
  return {
    ...engine,
    reader: watch(engine.reader, (sql, found) => {
      for (const look of found ? namesOf(LOOKS) : []) if (LOOKS[look].test(sql)) at(`seeing ${look}`)
    }),
    async transaction(job, options) {
      let reached: ReadonlySet<Transaction> = new Set()
      const value = await engine.transaction(async (connection) => {
        const seen = new Set<Transaction>()
        const result = await job(watch(connection, (sql) => recognise(sql, seen)))
        for (const each of seen) at(`before ${each}`)
        reached = seen
        return result
      }, options)
      for (const each of reached) at(`after ${each}`)
      return value
    },
  }
}

/** A publisher whose steps are told. */
export const tellPublishing = (publisher: Publisher, at: AtStep): Publisher => ({
  ...publisher,
  async publish(records) {
    at('before publishing')
    const errors = await publisher.publish(records)
    at('after publishing')
    return errors
  },
})

function watch(connection: Connection, tell: (sql: string, found: boolean) => void): Connection {
  return {
    async run(sql, parameters, hot) {
      const result = await connection.run(sql, parameters, hot)
      tell(sql, result.rows.length > 0)
      return result
    },
    async values(sql, parameters, hot) {
      const rows = await connection.values(sql, parameters, hot)
      tell(sql, rows.length > 0)
      return rows
    },
    postpone:
      connection.postpone &&
      (async (statements) => {
        await connection.postpone?.(statements)
        for (const { sql } of statements) tell(sql, false)
      }),
  }
}

function recognise(sql: string, seen: Set<Transaction>): void {
  for (const name of namesOf(TRANSACTIONS)) if (TRANSACTIONS[name].some((sign) => sign.test(sql))) seen.add(name)
}

const namesOf = <K extends string>(table: Readonly<Record<K, unknown>>): readonly K[] => Object.keys(table) as K[]

/** The steps between a commit and its effect, and between an effect and its commit, where both are different on each. */
export function listSteps({ isEmbedded, hasBroker }: Ways): readonly Step[] {
  const around = (...names: readonly (Transaction | 'publishing')[]) =>
    names.flatMap((name): readonly Step[] => [`before ${name}`, `after ${name}`])
  return [
    ...around('emitting'),
    ...(isEmbedded ? [] : around('stamping')),
    ...(hasBroker ? around('publishing') : []),
    ...around('noting', 'receiving', 'handling', 'placing', 'claiming'),
    'after performing',
    ...around('settling', 'scheduling'),
  ]
}

/** What steps there are depends on the database, and on the way from service to service. */
export interface Ways {
  readonly isEmbedded: boolean
  readonly hasBroker: boolean
}
