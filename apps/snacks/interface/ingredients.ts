import { everyMethod, resource } from '@mainspring/resource'
import { Ingredient } from '../entities/ingredient.ts'
import { createIngredients, deleteIngredient, updateIngredient } from '../services/menu-service.ts'
import { menu, publicReads } from './menu.ts'

export const ingredientResource = resource(Ingredient, {
  ...everyMethod,
  create: { handleMany: createIngredients },
  update: { handle: updateIngredient },
  delete: { handle: deleteIngredient },
  open: publicReads,
  cached: menu,
})
