import { type FieldError, invalidFields } from '@mainspring/core'
import type { Create, Entity, Selects } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import { Extra } from '../entities/extra.ts'
import { Ingredient } from '../entities/ingredient.ts'
import { Pizza } from '../entities/pizza.ts'
import { MenuChanged } from '../events.ts'
import { changePizza, linkPizzas, unlinkPizza } from './menu-links.ts'

type Needs = Pick<Writes, 'db' | 'emit'>
type NewPizza = Create<typeof Pizza>

/** Puts pizzas on the menu. */
export async function createPizzas({ db, emit }: Needs, pizzas: readonly NewPizza[]): Promise<readonly Pizza[]> {
  await holdListed({ db }, pizzas, (index) => `[${index}].`)
  const made = await db.insertMany(Pizza, pizzas)
  await linkPizzas({ db }, made)
  for (const { path } of made) await emit(MenuChanged, { path, change: 'CREATED' })
  return made
}

/** Changes a pizza. */
export async function updatePizza(needs: Needs, next: Omit<NewPizza, 'id'>, current: Pizza): Promise<Pizza> {
  await holdListed(needs, [next], () => '')
  return changePizza(needs, current, next)
}

/** Deletes a pizza. */
export async function deletePizza(
  { db, emit }: Needs,
  pizza: Pizza,
  options: { readonly force: boolean },
): Promise<void> {
  await unlinkPizza({ db }, pizza.id)
  await db.delete(Pizza, pizza, options)
  await emit(MenuChanged, { path: pizza.path, change: 'DELETED' })
}

type ById = { readonly id: string }

/** Takes a pizza off the menu; what was ordered stays ordered. */
export const retirePizza = (needs: Needs, { id }: ById): Promise<Pizza> => setState(needs, id, 'RETIRED')

/** Has a pizza not be ordered for now. */
export const sellOutPizza = (needs: Needs, { id }: ById): Promise<Pizza> => setState(needs, id, 'SOLD_OUT')

/** Has a pizza be ordered again. */
export const offerPizza = (needs: Needs, { id }: ById): Promise<Pizza> => setState(needs, id, 'ON_MENU')

async function setState(needs: Needs, id: string, state: Pizza['state']): Promise<Pizza> {
  const pizza = await needs.db.getForUpdate(Pizza, id)
  return pizza.state === state ? pizza : changePizza(needs, pizza, { state })
}

/** Holds what pizzas list until the unit ends, so that nobody deletes it meanwhile; refuses what is not there. */
async function holdListed(
  { db }: Pick<Needs, 'db'>,
  pizzas: readonly Pick<NewPizza, 'ingredients' | 'extras'>[],
  placeOf: (index: number) => string,
): Promise<void> {
  const ingredients = await holdIds(
    db,
    Ingredient,
    pizzas.flatMap((pizza) => pizza.ingredients),
  )
  const extras = await holdIds(
    db,
    Extra,
    pizzas.flatMap((pizza) => pizza.extras.map(({ extra_id }) => extra_id)),
  )
  const errors = pizzas.flatMap((pizza, index) => [
    ...pizza.ingredients.flatMap((id, place) =>
      ingredients.has(id) ? [] : [unknown(Ingredient, id, `${placeOf(index)}ingredients[${place}]`)],
    ),
    ...pizza.extras.flatMap(({ extra_id }, place) =>
      extras.has(extra_id) ? [] : [unknown(Extra, extra_id, `${placeOf(index)}extras[${place}].extra_id`)],
    ),
  ])
  if (errors.length > 0) throw invalidFields(errors)
}

const unknown = ({ singular }: Entity, id: string, field: string): FieldError => ({
  field,
  code: 'reference_not_found',
  detail: `There is no ${singular} with the id ${id}.`,
})

async function holdIds(db: Needs['db'], { name }: Entity, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = [...new Set(ids)].toSorted()
  if (wanted.length === 0) return new Set()
  const rows = await db.hold((query: Selects<Record<string, { readonly id: string }>>) =>
    query.selectFrom(name).select('id').where('id', 'in', wanted).orderBy('id'),
  )
  return new Set(rows.map(({ id }) => id))
}
