import { createLog, systemClock } from '@mainspring/core'
import type { Database } from '@mainspring/data'
import { eventTables, type Writes } from '@mainspring/events'
import { createTeller, describeEachEngine, openEntities, type Teller } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snacks } from '../app.ts'
import { Extra } from '../entities/extra.ts'
import { Ingredient } from '../entities/ingredient.ts'
import { Pizza } from '../entities/pizza.ts'
import { newExtra, newIngredient, newPizza } from '../testing/menu.ts'
import { deleteExtra, deleteIngredient } from './menu-service.ts'
import { createPizzas, updatePizza } from './pizza-service.ts'

describeEachEngine('a pizza', (engine) => {
  let database: Database
  let teller: Teller
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), {
      entities: snacks.entities,
      tables: eventTables.tables,
    })
    const store = { service: 'snacks', database, instance: 'test', clock: systemClock }
    teller = createTeller({ ...store, log: createLog({ level: 'silent' }) }, snacks.events)
  })
  afterAll(() => database.close())

  test('loses what is deleted by force, and tells so', async () => {
    const [ham, onion, extra] = [await addIngredient(), await addIngredient(), await addExtra()]
    const pizza = await add({ ingredients: [ham.id, onion.id], extras: [{ extra_id: extra.id, free: true }] })

    const told = await teller.listen(async () => {
      await write(async (needs) => deleteIngredient(needs, await needs.db.getForUpdate(Ingredient, ham.id), FORCE))
      await write(async (needs) => deleteExtra(needs, await needs.db.getForUpdate(Extra, extra.id), FORCE))
    })

    expect(await database.reader.get(Pizza, pizza.id)).toMatchObject({ ingredients: [onion.id], extras: [] })
    expect(told.map(({ path, change }) => [path, change])).toEqual([
      [pizza.path, 'UPDATED'],
      [ham.path, 'DELETED'],
      [pizza.path, 'UPDATED'],
      [extra.path, 'DELETED'],
    ])
  })

  test('never lists what is gone, whoever is first', async () => {
    const ingredients = await Promise.all(Array.from({ length: 10 }, addIngredient))

    await Promise.all(
      ingredients.map(({ id }) =>
        Promise.allSettled([
          add({ ingredients: [id] }),
          write(async (needs) =>
            deleteIngredient(needs, await needs.db.getForUpdate(Ingredient, id), { force: false }),
          ),
        ]),
      ),
    )

    for (const { id } of ingredients) {
      const isThere = (await database.reader.find(Ingredient, id)) !== undefined
      const pizzas = (await listAll()).filter((pizza) => pizza.ingredients.includes(id))
      expect(pizzas).toHaveLength(isThere ? 1 : 0)
    }
  })

  test('is refused with an ingredient that is not there, when it is made and when it is changed', async () => {
    const pizza = await add({})
    const next = { ...pizza, ingredients: ['nowhere'] }
    const refusal = { errors: [{ field: 'ingredients[0]', code: 'reference_not_found' }] }

    const change = write(async (needs) => updatePizza(needs, next, await needs.db.getForUpdate(Pizza, pizza.id)))

    await expect(change).rejects.toMatchObject(refusal)
    await expect(add({ ingredients: ['nowhere'] })).rejects.toMatchObject({
      errors: [{ field: '[0].ingredients[0]', code: 'reference_not_found' }],
    })
  })

  const write = <T>(job: (needs: Pick<Writes, 'db' | 'emit'>) => Promise<T>): Promise<T> =>
    database.write((db) => job({ db, ...teller.publishing(db) }))
  const addIngredient = () => database.write((db) => db.insert(Ingredient, newIngredient()))
  const addExtra = () => database.write((db) => db.insert(Extra, newExtra()))
  async function add(lists: Partial<Pick<Pizza, 'ingredients' | 'extras'>>): Promise<Pizza> {
    const values = { ...newPizza(), ...{ ingredients: [], extras: [], images: [] }, ...lists }
    const [pizza] = await write((needs) => createPizzas(needs, [values]))
    if (!pizza) throw new Error('No pizza was made.')
    return pizza
  }
  async function listAll(): Promise<readonly Pizza[]> {
    const pages = await Array.fromAsync(database.reader.pages(Pizza))
    return pages.flat()
  }
})

const FORCE = { force: true }
