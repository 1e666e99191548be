import { randomUUID } from 'node:crypto'
import { createFactory } from '@mainspring/testing'
import { Extra } from '../entities/extra.ts'
import { Ingredient } from '../entities/ingredient.ts'
import { Pizza } from '../entities/pizza.ts'

/** A name that nothing has yet. */
export const newName = (what: string): string => `${what} ${randomUUID()}`

const makeIngredient = createFactory(Ingredient)
const makeExtra = createFactory(Extra)
const makePizza = createFactory(Pizza)

export const newIngredient: typeof makeIngredient = (overrides) =>
  makeIngredient({ name: newName('Mozzarella'), ...overrides })
export const newExtra: typeof makeExtra = (overrides) => makeExtra({ name: newName('Green peppers'), ...overrides })
export const newPizza: typeof makePizza = (overrides) => makePizza({ name: newName('Margherita'), ...overrides })
