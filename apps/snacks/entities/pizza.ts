import { array, boolean, currency, type FieldError, id, minorAmount, object, oneOf, text } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'
import { menuName } from './menu-name.ts'

/** How many pictures a pizza may have. */
export const MOST_IMAGES = 20

/** What media gives as the path of a picture. */
const IMAGE_PATH = '^/media/[0-9a-f]{2}/[0-9a-f]{62}\\.webp$'

const EXAMPLE_IMAGE = '/media/d5/e3332ed1881d0909218a5cd80fb3a1e7ead198cdcc49c96cf203f8dad3794a.webp'

/** A pizza on the menu. Its lists are short and written whole; `PizzaIngredient` and `PizzaExtra` keep what they refer to. */
export const Pizza = entity(
  'pizzas',
  'pizza',
  {
    name: menuName('Margherita'),
    price_minor: minorAmount({
      filter: true,
      order: true,
      example: 1250,
      description: 'In the minor unit of the currency: cents, not euros.',
    }),
    currency_code: currency({ filter: true, example: 'EUR', description: 'ISO 4217.' }),
    ingredients: array(id({ example: 'mozzarella' }), {
      filter: true,
      default: [],
      max: 30,
      description: 'Ids of what it is made of.',
    }),
    images: array(text({ pattern: IMAGE_PATH, max: 120, example: EXAMPLE_IMAGE }), {
      default: [],
      max: MOST_IMAGES,
      description: 'Paths of its pictures as `:upload-image` gives them, the best first.',
    }),
    extras: array(
      object({
        extra_id: id({ example: 'mushrooms' }),
        free: boolean({ default: false, description: 'Whether it costs nothing on this pizza.' }),
      }),
      { default: [], max: 30, description: 'What may be added to it.' },
    ),
    state: oneOf(['ON_MENU', 'SOLD_OUT', 'RETIRED'], {
      default: 'ON_MENU',
      output_only: true,
      filter: true,
      description: 'Only what is ON_MENU can be ordered.',
    }),
  },
  {
    description: 'A pizza on the menu.',
    check: ({ ingredients, extras }) => [
      ...findRepeats('ingredients', ingredients),
      ...findRepeats(
        'extras',
        extras.map(({ extra_id }) => extra_id),
      ),
    ],
  },
)
export interface Pizza extends Row<typeof Pizza> {}

const findRepeats = (field: string, ids: readonly string[]): readonly FieldError[] =>
  ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [{ field: `${field}[${index}]`, code: 'listed_twice', detail: `${id} is there twice.` }],
  )
