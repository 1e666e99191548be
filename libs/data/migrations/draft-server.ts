import { sql } from 'kysely'
import { addColumn, alterColumn, dropColumn } from './alter-column.ts'
import type { AlteredTable } from './compare.ts'
import { createDdl, type Ddl } from './ddl.ts'
import { remarksOn } from './remarks.ts'
import type { DraftedStep } from './steps.ts'
import { type Step, titleOf } from './steps.ts'

/** Drafts steps for PostgreSQL or MariaDB/MySQL, which alter tables in place. */
export function draftServer(engine: 'postgres' | 'mysql', steps: readonly Step[]): readonly DraftedStep[] {
  const ddl = createDdl(engine)
  return steps
    .map((step) => ({ title: titleOf(step), remarks: remarksOn(step, steps), statements: writeStep(ddl, step) }))
    .filter((step) => step.statements.length > 0)
}

function writeStep(ddl: Ddl, step: Step): readonly string[] {
  const { schema, write } = ddl
  switch (step.kind) {
    case 'create_table':
      return ddl.createTable(step.change.after)
    case 'drop_table':
      return [write(schema.dropTable(step.change.before.name))]
    case 'rename_table':
      return renameTable(ddl, step.change)
    case 'add_column':
      return addColumn(ddl, step.change, step.column)
    case 'alter_column':
      return alterColumn(ddl, step.change, step.column)
    case 'drop_column':
      return dropColumn(ddl, step.change, step.column)
    case 'create_index':
      return [ddl.createIndex(step.change.after, step.index)]
    case 'drop_index': {
      const drop = schema.dropIndex(step.index.name)
      return [write(ddl.engine === 'mysql' ? drop.on(step.change.before.name) : drop)]
    }
    // NO ACTION, checked at once: a deferred one would fail where nobody could be told which row it was.
    case 'add_foreign_key': {
      const { name, column, table } = step.key
      return [write(schema.alterTable(step.change.after.name).addForeignKeyConstraint(name, [column], table, ['id']))]
    }
    case 'drop_foreign_key':
      return [write(schema.alterTable(step.change.before.name).dropConstraint(step.key.name))]
  }
}

function renameTable({ engine, schema, write, raw }: Ddl, { before, after }: AlteredTable): readonly string[] {
  const rename = write(schema.alterTable(before.name).renameTo(after.name))
  const [from, to] = [before, after].map(({ name }) => sql.id(`${name}_pkey`))
  return engine === 'postgres' ? [rename, raw(sql`alter index ${from} rename to ${to}`)] : [rename]
}
