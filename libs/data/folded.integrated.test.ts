import { text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity, type Insert } from './entity.ts'

const Dish = entity('dishes', 'dish', {
  name: text({ min: 1, max: 40, unique: true, folded: true }),
  nickname: text({ max: 40, optional: true, unique: true, folded: true }),
})

describeEachEngine('folded text', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Dish] })
  })
  afterAll(() => database.close())
  const insert = (dish: Insert<typeof Dish>) => database.write((db) => db.insert(Dish, dish))

  test('is unique whatever its case, and is told as what it is', async () => {
    await insert({ name: 'Käse Maß' })

    const twin = insert({ name: ' KÄSE  MASS ' })

    await expect(twin).rejects.toMatchObject({
      code: 'already_exists',
      errors: [{ field: 'name', detail: 'The name " KÄSE  MASS " is taken.' }],
    })
  })

  test('that is absent is like no other', async () => {
    const [one, other] = [await insert({ name: 'Soup' }), await insert({ name: 'Stew' })]

    expect([one.nickname, other.nickname]).toEqual([null, null])
  })

  test('follows its field', async () => {
    const dish = await insert({ name: 'Pie' })

    await database.write((db) => db.update(Dish, dish, { name: 'Tart' }))

    await expect(insert({ name: 'PIE' })).resolves.toMatchObject({ name: 'PIE' })
    await expect(insert({ name: 'TART' })).rejects.toMatchObject({ code: 'already_exists' })
  })

  test('of white space alone is refused', async () => {
    await expect(insert({ name: ' \t\u0085' })).rejects.toMatchObject({
      errors: [{ field: 'name', code: 'too_short' }],
    })
  })
})
