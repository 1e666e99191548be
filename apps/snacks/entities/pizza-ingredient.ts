import { entity, type Row, reference } from '@mainspring/data'
import { Ingredient } from './ingredient.ts'
import { Pizza } from './pizza.ts'

/** That a pizza lists an ingredient: so the database knows which ingredients are in use. */
export const PizzaIngredient = entity(
  'pizza-ingredients',
  'pizza-ingredient',
  { pizza_id: reference(() => Pizza), ingredient_id: reference(() => Ingredient) },
  { indexes: [{ columns: ['pizza_id', 'ingredient_id'], unique: true }] },
)
export interface PizzaIngredient extends Row<typeof PizzaIngredient> {}
