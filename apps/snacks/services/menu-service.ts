import type { Create } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import { Extra } from '../entities/extra.ts'
import { Ingredient } from '../entities/ingredient.ts'
import { MenuChanged } from '../events.ts'
import { takeExtraOff, takeIngredientOff } from './menu-links.ts'

type Needs = Pick<Writes, 'db' | 'emit'>
type Force = { readonly force: boolean }
type NewIngredient = Create<typeof Ingredient>
type NewExtra = Create<typeof Extra>

/** Makes ingredients. */
export async function createIngredients(
  { db, emit }: Needs,
  ingredients: readonly NewIngredient[],
): Promise<readonly Ingredient[]> {
  const made = await db.insertMany(Ingredient, ingredients)
  for (const { path } of made) await emit(MenuChanged, { path, change: 'CREATED' })
  return made
}

/** Changes an ingredient. */
export async function updateIngredient(
  { db, emit }: Needs,
  next: Omit<NewIngredient, 'id'>,
  current: Ingredient,
): Promise<Ingredient> {
  const changed = await db.update(Ingredient, current, next)
  await emit(MenuChanged, { path: current.path, change: 'UPDATED' })
  return changed
}

/** Deletes an ingredient; with `force` also from the pizzas that list it, which stay. */
export async function deleteIngredient(needs: Needs, ingredient: Ingredient, { force }: Force): Promise<void> {
  if (force) await takeIngredientOff(needs, ingredient.id)
  await needs.db.delete(Ingredient, ingredient)
  await needs.emit(MenuChanged, { path: ingredient.path, change: 'DELETED' })
}

/** Makes extras. */
export async function createExtras({ db, emit }: Needs, extras: readonly NewExtra[]): Promise<readonly Extra[]> {
  const made = await db.insertMany(Extra, extras)
  for (const { path } of made) await emit(MenuChanged, { path, change: 'CREATED' })
  return made
}

/** Changes an extra. */
export async function updateExtra({ db, emit }: Needs, next: Omit<NewExtra, 'id'>, current: Extra): Promise<Extra> {
  const changed = await db.update(Extra, current, next)
  await emit(MenuChanged, { path: current.path, change: 'UPDATED' })
  return changed
}

/** Deletes an extra; with `force` also from the pizzas that offer it, which stay. */
export async function deleteExtra(needs: Needs, extra: Extra, { force }: Force): Promise<void> {
  if (force) await takeExtraOff(needs, extra.id)
  await needs.db.delete(Extra, extra)
  await needs.emit(MenuChanged, { path: extra.path, change: 'DELETED' })
}
