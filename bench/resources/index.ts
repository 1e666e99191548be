import { budgetItems } from './budget-items.ts'
import { orders } from './orders.ts'
import { pizzas } from './pizzas.ts'
import type { Resource } from './resource.ts'
import { sprockets } from './sprockets.ts'

/** What is measured. Another resource is a file beside these and a line here. */
export const resources: readonly Resource[] = [sprockets, budgetItems, pizzas, orders]

/** The resource of a collection; throws where nobody knows it. */
export function resourceOf(collection: string): Resource {
  const resource = resources.find((each) => each.collection === collection)
  if (!resource)
    throw new Error(
      `There is no resource ${collection}; there are: ${resources.map((each) => each.collection).join(', ')}.`,
    )
  return resource
}
