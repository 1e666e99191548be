import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, id, integer, text } from '@mainspring/core'
import { describeEachEngine, describeEngine, type TestEngine } from '@mainspring/testing'
import { afterAll, expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { entity, reference } from '../entity.ts'
import { openEngine } from '../open.ts'
import { type Table, table, withReference } from '../table.ts'
import { draftMigration } from './draft.ts'
import type { MigrationSet } from './migration-file.ts'
import { migrate } from './runner.ts'
import { migrationStatus } from './status.ts'
import { introspect } from './testing/introspect.ts'
import { dying, type Kill } from './testing/kill.ts'

const log = createLog({ level: 'silent' })
const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
const engines: Engine[] = []
afterAll(async () => {
  for (const engine of engines) await engine.close()
  rmSync(folder, { recursive: true })
})

/** A set of hand-written migrations, the same on all engines. */
function write(
  name: string,
  files: Readonly<Record<string, string>>,
  directory = mkdtempSync(join(folder, name)),
): MigrationSet {
  for (const [file, sql] of Object.entries(files)) {
    for (const engine of ['sqlite', 'postgres', 'mysql']) {
      mkdirSync(join(directory, engine), { recursive: true })
      writeFileSync(join(directory, engine, file), sql)
    }
  }
  return { name, directory, tables: [] }
}

/** A set drafted from one state of tables after another. */
function draft(...states: readonly (readonly Table[])[]): MigrationSet {
  const directory = mkdtempSync(join(folder, 'draft'))
  for (const tables of states) draftMigration({ name: 'test', directory, tables }, 'state')
  return { name: 'test', directory, tables: states.at(-1) ?? [] }
}

async function open(url: string): Promise<Engine> {
  const engine = await openEngine({ url, service: 'test' }, { log, pool_size: 2 })
  engines.push(engine)
  return engine
}

const openNew = async (server: TestEngine): Promise<Engine> => open(await server.createUrl())

const run = (engine: Engine, sql: string) => engine.session((connection) => connection.run(sql))

const pizzas = 'create table pizzas (id integer primary key, name varchar(20))'

describeEachEngine('migrations', (server) => {
  test('are applied once, set after set, each in its order', async () => {
    const engine = await openNew(server)
    const kernel = write('kernel', {
      '0001_b.sql': `${pizzas};`,
      '0002_a.sql': 'alter table pizzas add column size integer;',
    })
    const snacks = write('snacks', { '0001_menu.sql': "insert into pizzas values (1, 'Margherita', 30)" })
    const names = ['kernel/0001_b.sql', 'kernel/0002_a.sql', 'snacks/0001_menu.sql']

    const before = await migrationStatus(engine, [kernel, snacks])
    const first = await migrate(engine, [kernel, snacks], log)
    const second = await migrate(engine, [kernel, snacks], log)

    expect(before).toEqual({ applied: [], pending: names })
    expect([first, second]).toEqual([names, []])
    expect(await migrationStatus(engine, [kernel, snacks])).toEqual({ applied: names, pending: [] })
    expect((await run(engine, 'select * from pizzas')).rows).toEqual([{ id: 1, name: 'Margherita', size: 30 }])
  })

  test('that came later are applied to what is there', async () => {
    const engine = await openNew(server)
    const set = write('snacks', { '0001_start.sql': pizzas })
    await migrate(engine, [set], log)
    write('snacks', { '0002_menu.sql': "insert into pizzas values (1, 'Margherita')" }, String(set.directory))

    expect(await migrationStatus(engine, [set])).toEqual({
      applied: ['snacks/0001_start.sql'],
      pending: ['snacks/0002_menu.sql'],
    })
    expect(await migrate(engine, [set], log)).toEqual(['snacks/0002_menu.sql'])
  })

  test('that changed after they were applied stop everything', async () => {
    const engine = await openNew(server)
    const set = write('snacks', { '0001_start.sql': pizzas })
    await migrate(engine, [set], log)
    write('snacks', { '0001_start.sql': `${pizzas};\ndrop table pizzas`, '0002_more.sql': '' }, String(set.directory))

    const message = 'The migration snacks/0001_start.sql has changed since it was applied.'
    await expect(migrate(engine, [set], log)).rejects.toThrow(message)
    await expect(migrationStatus(engine, [set])).rejects.toThrow(message)
  })

  test('that fail name file, step and reason, and can be mended', async () => {
    const engine = await openNew(server)
    const wrong = `-- step: create table pizzas\n${pizzas};\n-- step: eat one\ninsert into cakes values (1);`
    const set = write('snacks', { '0001_start.sql': wrong })

    await expect(migrate(engine, [set], log)).rejects.toThrow(
      /^The migration snacks\/0001_start.sql failed at "eat one": .*cakes.*\./,
    )
    write(
      'snacks',
      { '0001_start.sql': wrong.replace('cakes values (1)', "pizzas values (1, 'Funghi')") },
      String(set.directory),
    )
    await migrate(engine, [set], log)

    expect((await run(engine, 'select * from pizzas')).rows).toEqual([{ id: 1, name: 'Funghi' }])
  })

  test('rename tables and columns with their rows', async () => {
    const Owner = entity('owners', 'owner', { name: text({ max: 20 }) })
    const Pizza = entity('pizzas', 'pizza', {
      size: integer({ min: 1, order: true }),
      owner_id: reference(() => Owner),
    })
    const Cook = entity('cooks', 'cook', { name: text({ max: 20 }) })
    const Cake = entity('cakes', 'cake', { width: integer({ min: 0, order: true }), cook_id: reference(() => Cook) })
    const set = draft([Owner, Pizza])
    const engine = await openNew(server)
    await migrate(engine, [set], log)
    await run(
      engine,
      `insert into owners (id, name, create_time, update_time, version) values ('o', 'Ada', ${times}, 1)`,
    )
    await run(
      engine,
      `insert into pizzas (id, size, owner_id, create_time, update_time, version) values ('p', 30, 'o', ${times}, 1)`,
    )

    const renames = { owners: 'cooks', pizzas: 'cakes', 'pizzas.size': 'width', 'pizzas.owner_id': 'cook_id' }
    draftMigration({ ...set, tables: [Cook, Cake] }, 'rename', renames)
    await migrate(engine, [set], log)

    const fresh = await openNew(server)
    await migrate(fresh, [draft([Cook, Cake])], log)
    expect(await introspect(engine)).toEqual(await introspect(fresh))
    const { rows } = await run(engine, 'select width, name from cakes join cooks on cooks.id = cook_id')
    expect(rows).toEqual([{ width: 30, name: 'Ada' }])
  })

  test('make and unmake tables that point at each other', async () => {
    const One = table('ones', { id: id(), other_id: pointAt('others') }, { primary_key: ['id'] })
    const Other = table('others', { id: id(), one_id: pointAt('ones') }, { primary_key: ['id'] })
    const set = draft([One, Other])
    const engine = await openNew(server)
    const before = await introspect(engine)

    await migrate(engine, [set], log)
    const between = await introspect(engine)
    draftMigration({ ...set, tables: [] }, 'end')
    await migrate(engine, [set], log)

    expect(between).not.toEqual(before)
    expect(await introspect(engine)).toEqual(before)
  })
})

/** A reference to a table that is not made yet. */
const pointAt = (name: string) => withReference(id({ optional: true }), () => table(name, {}, { primary_key: [] }))

const times = "'2026-11-20 12:00:00.000', '2026-11-20 12:00:00.000'"

describeEngine('sqlite', 'a table that is made anew', (server) => {
  const start = `create table pizzas (id integer primary key) strict;
    create table slices (id integer primary key, pizza_id integer references pizzas (id) on delete cascade) strict;
    insert into pizzas values (1), (2);
    insert into slices values (1, 1), (2, 2);`
  const rebuild = (condition: string) => `create table new_pizzas (id integer primary key, name text) strict;
    insert into new_pizzas select id, 'Funghi' from pizzas where ${condition};
    drop table pizzas;
    alter table new_pizzas rename to pizzas;`

  test('keeps the rows that point at it, and foreign keys are on again', async () => {
    const engine = await openNew(server)

    await migrate(engine, [write('snacks', { '0001_start.sql': start, '0002_name.sql': rebuild('true') })], log)

    expect((await run(engine, 'select name, slices.id from slices join pizzas on pizzas.id = pizza_id')).rows).toEqual([
      { name: 'Funghi', id: 1 },
      { name: 'Funghi', id: 2 },
    ])
    await expect(run(engine, 'insert into slices values (3, 3)')).rejects.toMatchObject({ kind: 'foreign_key' })
  })

  test('is left as it was when rows would point at nothing', async () => {
    const engine = await openNew(server)
    const set = write('snacks', { '0001_start.sql': start, '0002_name.sql': rebuild('id = 1') })

    await expect(migrate(engine, [set], log)).rejects.toThrow(
      'The migration snacks/0002_name.sql failed at "check of foreign keys": rows of slices point at rows of pizzas that are not there. Nothing of it was kept.',
    )

    expect((await run(engine, 'select * from pizzas')).rows).toEqual([{ id: 1 }, { id: 2 }])
    expect((await migrationStatus(engine, [set])).pending).toEqual(['snacks/0002_name.sql'])
    await expect(run(engine, 'insert into slices values (3, 3)')).rejects.toMatchObject({ kind: 'foreign_key' })
  })
})

for (const name of ['postgres', 'mysql'] as const) {
  describeEngine(name, 'instances that start at once', (server) => {
    test('migrate once', async () => {
      const url = await server.createUrl()
      const set = write('snacks', {
        '0001_start.sql': pizzas,
        '0002_menu.sql': "insert into pizzas values (1, 'Funghi')",
      })
      const instances = await Promise.all(Array.from({ length: 10 }, () => open(url)))

      const applied = await Promise.all(instances.map((engine) => migrate(engine, [set], log)))

      expect(applied.flat()).toEqual(['snacks/0001_start.sql', 'snacks/0002_menu.sql'])
    })
  })

  describeEngine(name, 'a table that is being read', (server) => {
    test('is not waited for for long, because everybody else would wait behind', async () => {
      const engine = await openNew(server)
      const set = write('snacks', { '0001_start.sql': pizzas })
      await migrate(engine, [set], log)
      write('snacks', { '0002_size.sql': 'alter table pizzas add column size integer' }, String(set.directory))

      await engine.session(async (reader) => {
        await reader.run('begin')
        await reader.run('select * from pizzas')
        await expect(migrate(engine, [set], log)).rejects.toThrow(/failed at.* lock/i)
      })

      expect(await migrate(engine, [set], log)).toEqual(['snacks/0002_size.sql'])
    })
  })
}

describeEngine('mysql', 'a migration', (server) => {
  test('that failed is done when what failed is taken out of it', async () => {
    const engine = await openNew(server)
    const set = write('snacks', { '0001_start.sql': `${pizzas};\ndrop table cakes` })
    await expect(migrate(engine, [set], log)).rejects.toThrow('What was done before is kept')

    write('snacks', { '0001_start.sql': pizzas }, String(set.directory))
    await migrate(engine, [set], log)

    expect(await migrationStatus(engine, [set])).toEqual({ applied: ['snacks/0001_start.sql'], pending: [] })
  })

  test('goes on wherever it is killed, after any statement and before any', async () => {
    const Owner = entity('owners', 'owner', { name: text({ max: 20, default: 'Ada' }) })
    const before = entity('pizzas', 'pizza', {
      size: integer({ optional: true }),
      width: integer(),
      owner_id: reference(() => Owner),
    })
    const after = entity('pizzas', 'pizza', {
      size: integer({ default: 1, order: true }),
      tag: text({ max: 9, optional: true, unique: true }),
    })
    const set = draft([Owner, before], [after])
    const engine = await openNew(server)
    const fresh = await openNew(server)
    await migrate(fresh, [draft([after])], log)

    let deaths = 0
    const completes = async (kill: Kill) => {
      try {
        await migrate(dying(engine, kill), [set], log)
        return true
      } catch (error) {
        expect(String(error)).toContain('killed')
        deaths++
        return false
      }
    }
    for (let statement = 0; ; statement++) {
      if (await completes({ statement, when: 'before' })) break
      if (await completes({ statement, when: 'after' })) break
    }

    expect(deaths).toBeGreaterThan(20)
    expect(await introspect(engine)).toEqual(await introspect(fresh))
  })
})
