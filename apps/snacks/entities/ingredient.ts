import { entity, type Row } from '@mainspring/data'
import { menuName } from './menu-name.ts'

/** What pizzas are made of. */
export const Ingredient = entity(
  'ingredients',
  'ingredient',
  { name: menuName('Mozzarella') },
  { description: 'What pizzas are made of.' },
)
export interface Ingredient extends Row<typeof Ingredient> {}
