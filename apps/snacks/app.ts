import { service } from '@mainspring/service'
import { Extra } from './entities/extra.ts'
import { Ingredient } from './entities/ingredient.ts'
import { Pizza } from './entities/pizza.ts'
import { PizzaExtra } from './entities/pizza-extra.ts'
import { PizzaIngredient } from './entities/pizza-ingredient.ts'
import { MenuChanged } from './events.ts'
import { extraFixtures } from './fixtures/extras.ts'
import { ingredientFixtures } from './fixtures/ingredients.ts'
import { pizzaExtraFixtures, pizzaFixtures, pizzaIngredientFixtures } from './fixtures/pizzas.ts'
import { extraResource } from './interface/extras.ts'
import { ingredientResource } from './interface/ingredients.ts'
import { pizzaResource } from './interface/pizzas.ts'

export const snacks = service({
  name: 'snacks',
  description: "A pizza shop's menu and orders.",
  connect: () => ({}),
  entities: [Ingredient, Extra, Pizza, PizzaIngredient, PizzaExtra],
  resources: [ingredientResource, extraResource, pizzaResource],
  events: [MenuChanged],
  codes: {
    listed_twice: { kind: 'invalid', title: 'The list has something twice.' },
  },
  fixtures: [ingredientFixtures, extraFixtures, pizzaFixtures, pizzaIngredientFixtures, pizzaExtraFixtures],
  migrations: new URL('migrations', import.meta.url),
})
