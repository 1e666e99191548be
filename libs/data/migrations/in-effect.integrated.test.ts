import { createLog } from '@mainspring/core'
import { describeEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { openEngine } from '../open.ts'
import { isInEffect } from './in-effect.ts'

const schema = [
  'create table cakes (id varchar(9) primary key)',
  `create table pizzas (
    id varchar(9) primary key,
    size bigint,
    cake_id varchar(9),
    constraint pizzas_size_check check (size > 0),
    constraint pizzas_cake_id_foreign foreign key (cake_id) references cakes (id)
  )`,
  'create index pizzas_size_index on pizzas (size)',
]

const inEffect = [
  'create table `pizzas` (\n  `id` varchar(9)\n)',
  'drop table `sweets`',
  'alter table `sweets` rename to `pizzas`',
  'ALTER TABLE pizzas\n  ADD COLUMN size bigint',
  'alter table `pizzas` drop column `width`',
  'alter table `pizzas` rename column `width` to `size`',
  'create index `pizzas_size_index` on `pizzas` (`size`)',
  'drop index `pizzas_width_index` on `pizzas`',
  'alter table `pizzas` add constraint `pizzas_size_check` check (`size` > 0)',
  'alter table `pizzas` add constraint `pizzas_cake_id_foreign` foreign key (`cake_id`) references `cakes` (`id`)',
  'alter table `pizzas` drop constraint `pizzas_width_check`',
]

const notInEffect = [
  'create table `sweets` (`id` varchar(9))',
  'drop table `pizzas`',
  'alter table `pizzas` rename to `sweets`',
  'alter table `pizzas` add column `width` bigint',
  'alter table `pizzas` drop column `size`',
  'alter table `pizzas` rename column `size` to `width`',
  'create unique index `pizzas_size_unique` on `pizzas` (`size`)',
  'drop index `pizzas_size_index` on `pizzas`',
  'alter table `pizzas` add constraint `pizzas_width_check` check (`width` > 0)',
  'alter table `pizzas` drop constraint `pizzas_size_check`',
]

/** These do no harm when they are run again. */
const unknown = [
  'alter table `pizzas` modify column `size` bigint not null',
  'drop table if exists `pizzas`',
  'alter table `pizzas` drop column if exists `size`',
  'drop table other.sweets',
  'insert into pizzas values (1)',
]

describeEngine('mysql', 'a statement', (server) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine(
      { url: await server.createUrl(), service: 'test' },
      { log: createLog({ level: 'silent' }) },
    )
    for (const statement of schema) await engine.reader.run(statement)
  })
  afterAll(() => engine.close())

  test.each(inEffect)('is known to be in effect: %s', async (statement) => {
    expect(await isInEffect(engine.reader, statement)).toBe(true)
  })

  test.each([...notInEffect, ...unknown])('is not taken to be in effect: %s', async (statement) => {
    expect(await isInEffect(engine.reader, statement)).toBe(false)
  })
})
