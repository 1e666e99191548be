import type { Database } from '@mainspring/data'
import { createFactory } from '@mainspring/testing'
import { Extra } from '../entities/extra.ts'
import { Ingredient } from '../entities/ingredient.ts'
import { Pizza } from '../entities/pizza.ts'
import { createPizzas } from '../services/pizza-service.ts'

export const newIngredient = createFactory(Ingredient)
export const newExtra = createFactory(Extra)
export const newPizza = createFactory(Pizza)

/** Makes pizzas of flour and water, each with all of some extras, the first of which is free. */
export async function loadMenu(
  database: Database,
  counts: { readonly pizzas: number; readonly extras: number },
): Promise<void> {
  const extras = Array.from({ length: counts.extras }, (_, index) => ({
    extra_id: `extra-${index}`,
    free: index === 0,
  }))
  await database.write(async (db) => {
    await db.insertMany(
      Ingredient,
      ['flour', 'water'].map((id) => newIngredient({ id })),
    )
    await db.insertMany(
      Extra,
      extras.map(({ extra_id }) => newExtra({ id: extra_id })),
    )
    const pizzas = Array.from({ length: counts.pizzas }, (_, index) => ({
      ...newPizza({ id: `pizza-${index}` }),
      ...{ ingredients: ['flour', 'water'], extras, images: [] },
    }))
    await createPizzas({ db, emit: async () => {} }, pizzas)
  })
}
