import { createLog, systemClock } from '@mainspring/core'
import type { Database, Kysely, Writer } from '@mainspring/data'
import { eventTables } from '@mainspring/events'
import { resourceTables } from '@mainspring/resource'
import { createFactory, createTeller, openEntities, type Teller } from '@mainspring/testing'
import { budget } from '../app.ts'
import type { BudgetWrites } from '../context.ts'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'

export const newPayee = createFactory(Payee)
/** Its parties are up to the test. */
export const newItem = createFactory(BudgetItem, { payor_id: 'ada', payee_id: 'bob' })

/** Books in an empty database, which the caller closes. */
export interface Books {
  readonly database: Database
  /** What a use case needs in a unit of work. */
  readonly needs: (db: Writer) => BudgetWrites
  /** Runs a use case as one unit of work. */
  readonly write: <T>(job: (needs: BudgetWrites) => Promise<T>) => Promise<T>
  /** Makes payees, whose names are their ids unless given. */
  readonly addPayees: (...payees: readonly (string | Parameters<typeof newPayee>[0])[]) => Promise<readonly Payee[]>
  readonly addItems: (...items: readonly Parameters<typeof newItem>[0][]) => Promise<readonly BudgetItem[]>
  readonly deleteItems: () => Promise<number>
  /** The events that were emitted while something was done. */
  readonly listen: Teller['listen']
}

/** Opens books in an empty database: in memory unless told otherwise. */
export async function openBooks(
  url = 'sqlite::memory:',
  locality: Partial<BudgetWrites['locality']> = {},
): Promise<Books> {
  const tables = [...resourceTables.tables, ...eventTables.tables]
  const database = await openEntities(url, { entities: budget.entities, tables })
  const ports = {
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    locality: { region: null, time_zone: 'UTC', ...locality },
  }
  const teller = createTeller({ service: 'budget', database, instance: 'books', ...ports }, budget.events)
  const needs: Books['needs'] = (db) => ({ ...ports, ...teller.publishing(db), db })
  const write: Books['write'] = (job) => database.write((db) => job(needs(db)))
  return {
    database,
    needs,
    write,
    listen: teller.listen,
    addPayees: (...payees) =>
      write(({ db }) =>
        db.insertMany(
          Payee,
          payees.map((payee) => newPayee(typeof payee === 'string' ? { id: payee, name: payee } : payee)),
        ),
      ),
    addItems: (...items) => write(({ db }) => db.insertMany(BudgetItem, items.map(newItem))),
    deleteItems: () =>
      write(({ db }) => db.execute((query: Kysely<{ budget_items: object }>) => query.deleteFrom('budget_items'))),
  }
}
