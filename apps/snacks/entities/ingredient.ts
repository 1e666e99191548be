import { entity, type Row } from '@mainspring/data'
import { checkMenuName, menuName, menuNameOptions } from './menu-name.ts'

/** What pizzas are made of. */
export const Ingredient = entity(
  'ingredients',
  'ingredient',
  { name: menuName('Mozzarella') },
  { description: 'What pizzas are made of.', check: checkMenuName, ...menuNameOptions },
)
export interface Ingredient extends Row<typeof Ingredient> {}
