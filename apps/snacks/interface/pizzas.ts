import { action, everyMethod, resource } from '@mainspring/resource'
import { Pizza } from '../entities/pizza.ts'
import {
  createPizzas,
  deletePizza,
  offerPizza,
  retirePizza,
  sellOutPizza,
  updatePizza,
} from '../services/pizza-service.ts'

const listErrors = ['reference_not_found', 'listed_twice']

export const pizzaResource = resource(Pizza, {
  ...everyMethod,
  create: { handleMany: createPizzas, errors: listErrors },
  update: { handle: updatePizza, errors: listErrors },
  delete: { handle: deletePizza },
  custom: {
    sellOut: action(sellOutPizza, { summary: 'Have it not be ordered for now' }),
    offer: action(offerPizza, { summary: 'Have it be ordered again' }),
    retire: action(retirePizza, { summary: 'Take it off the menu for good' }),
  },
})
