import { createFactory } from '@mainspring/testing'
import { Extra } from '../entities/extra.ts'
import { Ingredient } from '../entities/ingredient.ts'
import { Pizza } from '../entities/pizza.ts'

export const newIngredient = createFactory(Ingredient)
export const newExtra = createFactory(Extra)
export const newPizza = createFactory(Pizza)
