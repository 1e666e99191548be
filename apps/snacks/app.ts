import { createMedia } from '@mainspring/media'
import { service } from '@mainspring/service'
import { Extra } from './entities/extra.ts'
import { Ingredient } from './entities/ingredient.ts'
import { Order } from './entities/order.ts'
import { Pizza } from './entities/pizza.ts'
import { PizzaExtra } from './entities/pizza-extra.ts'
import { PizzaIngredient } from './entities/pizza-ingredient.ts'
import { MenuChanged, OrderPlaced, OrderStateChanged } from './events.ts'
import { extraFixtures } from './fixtures/extras.ts'
import { ingredientFixtures } from './fixtures/ingredients.ts'
import { orderFixtures } from './fixtures/orders.ts'
import { pizzaExtraFixtures, pizzaFixtures, pizzaIngredientFixtures } from './fixtures/pizzas.ts'
import { extraResource } from './interface/extras.ts'
import { ingredientResource } from './interface/ingredients.ts'
import { orderResource } from './interface/orders.ts'
import { pizzaResource } from './interface/pizzas.ts'

export const snacks = service({
  name: 'snacks',
  description: "A pizza shop's menu and orders.",
  connect: (_, { media_folder }) => ({ media: createMedia(media_folder) }),
  entities: [Ingredient, Extra, Pizza, PizzaIngredient, PizzaExtra, Order],
  resources: [pizzaResource, ingredientResource, extraResource, orderResource],
  events: [MenuChanged, OrderPlaced, OrderStateChanged],
  codes: {
    listed_twice: { kind: 'invalid', title: 'The list has something twice.' },
    images_full: { kind: 'conflict', title: 'The pizza has as many images as it may.' },
    pizza_sold_out: { kind: 'conflict', title: 'The pizza is sold out for now.' },
    pizza_retired: { kind: 'conflict', title: 'The pizza is not on the menu any more.' },
    extra_not_offered: { kind: 'conflict', title: 'The pizza is not offered with that extra.' },
    other_currency: { kind: 'conflict', title: 'An order is in one currency.' },
    total_too_large: { kind: 'invalid', title: 'The total is too large to be exact.' },
    order_open: { kind: 'conflict', title: 'Somebody still has to do something about the order.' },
    order_state: { kind: 'conflict', title: 'The order is not in a state from which that is possible.' },
  },
  fixtures: [
    ingredientFixtures,
    extraFixtures,
    pizzaFixtures,
    pizzaIngredientFixtures,
    pizzaExtraFixtures,
    orderFixtures,
  ],
  fixture_media: new URL('fixtures/media', import.meta.url),
  migrations: new URL('migrations', import.meta.url),
})
