import type { ChangesOf, Kysely, Selects, TablesOf } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import { Pizza } from '../entities/pizza.ts'
import { PizzaExtra } from '../entities/pizza-extra.ts'
import { PizzaIngredient } from '../entities/pizza-ingredient.ts'
import { MenuChanged } from '../events.ts'

// What a pizza lists is written here alone, so that the rows by which the database knows it are always those of its lists.

type Needs = Pick<Writes, 'db' | 'emit'>
type Tables = TablesOf<[typeof PizzaIngredient, typeof PizzaExtra]>
type Lists = Pick<Pizza, 'id' | 'ingredients' | 'extras'>

/** Writes down what new pizzas list. */
export async function linkPizzas({ db }: Pick<Needs, 'db'>, pizzas: readonly Lists[]): Promise<void> {
  await db.insertMany(PizzaIngredient, pizzas.flatMap(ingredientsOf))
  await db.insertMany(PizzaExtra, pizzas.flatMap(extrasOf))
}

/** What the database is to know of the ingredients that a pizza lists. */
export const ingredientsOf = ({ id: pizza_id, ingredients }: Lists) =>
  ingredients.map((ingredient_id) => ({ pizza_id, ingredient_id }))

/** What the database is to know of the extras that a pizza lists. */
export const extrasOf = ({ id: pizza_id, extras }: Lists) =>
  extras.map(({ extra_id, free }) => ({ pizza_id, extra_id, free }))

/** Forgets what a pizza lists, which is about to go. */
export async function unlinkPizza({ db }: Pick<Needs, 'db'>, pizza_id: string): Promise<void> {
  await db.execute((query: Kysely<Tables>) => query.deleteFrom('pizza_ingredients').where('pizza_id', '=', pizza_id))
  await db.execute((query: Kysely<Tables>) => query.deleteFrom('pizza_extras').where('pizza_id', '=', pizza_id))
}

/** Changes a pizza, and what the database knows of its lists. */
export async function changePizza(needs: Needs, pizza: Pizza, changes: ChangesOf<typeof Pizza.fields>): Promise<Pizza> {
  const changed = await needs.db.update(Pizza, pizza, changes)
  if (!listAlike(pizza, changed)) {
    await unlinkPizza(needs, pizza.id)
    await linkPizzas(needs, [changed])
  }
  await needs.emit(MenuChanged, { path: pizza.path, change: 'UPDATED' })
  return changed
}

/** Takes an ingredient, which is about to go and locked, off all pizzas. */
export async function takeIngredientOff(needs: Needs, gone: string): Promise<void> {
  const uses = await needs.db.query((query: Selects<Tables>) =>
    query.selectFrom('pizza_ingredients').select('pizza_id').where('ingredient_id', '=', gone),
  )
  await changePizzas(needs, uses, ({ ingredients }) => ({ ingredients: ingredients.filter((id) => id !== gone) }))
}

/** Takes an extra, which is about to go and locked, off all pizzas. */
export async function takeExtraOff(needs: Needs, gone: string): Promise<void> {
  const uses = await needs.db.query((query: Selects<Tables>) =>
    query.selectFrom('pizza_extras').select('pizza_id').where('extra_id', '=', gone),
  )
  await changePizzas(needs, uses, ({ extras }) => ({ extras: extras.filter(({ extra_id }) => extra_id !== gone) }))
}

async function changePizzas(
  needs: Needs,
  uses: readonly { readonly pizza_id: string }[],
  change: (pizza: Pizza) => ChangesOf<typeof Pizza.fields>,
): Promise<void> {
  const pizzas = await needs.db.findManyForUpdate(
    Pizza,
    uses.map(({ pizza_id }) => pizza_id),
  )
  for (const pizza of pizzas.values()) await changePizza(needs, pizza, change(pizza))
}

const listAlike = (one: Lists, other: Lists): boolean =>
  JSON.stringify([one.ingredients, one.extras]) === JSON.stringify([other.ingredients, other.extras])
