import { MOST_PICTURE_BYTES, mediaCodes, PICTURE_TYPES } from '@mainspring/media'
import { action, everyMethod, resource } from '@mainspring/resource'
import { Pizza } from '../entities/pizza.ts'
import { addImage, keepImage } from '../services/image-service.ts'
import {
  createPizzas,
  deletePizza,
  offerPizza,
  retirePizza,
  sellOutPizza,
  updatePizza,
} from '../services/pizza-service.ts'
import { menu, publicReads } from './menu.ts'

const listErrors = ['reference_not_found', 'listed_twice']

export const pizzaResource = resource(Pizza, {
  ...everyMethod,
  create: { handleMany: createPizzas, errors: listErrors },
  update: { handle: updatePizza, errors: listErrors },
  delete: { handle: deletePizza },
  open: publicReads,
  cached: menu,
  custom: {
    sellOut: action(sellOutPizza, { summary: 'Have it not be ordered for now' }),
    offer: action(offerPizza, { summary: 'Have it be ordered again' }),
    retire: action(retirePizza, { summary: 'Take it off the menu' }),
    uploadImage: action(addImage, {
      summary: 'Add a picture',
      description:
        'Told by its content, turned upright, freed of all that it says of place and camera, and kept as WebP. Beside ' +
        '`/media/….webp` are thumbnails of a width, `/media/…-160.webp` and `/media/…-480.webp`.',
      upload: { media_types: PICTURE_TYPES, form_field: 'image', most_bytes: MOST_PICTURE_BYTES },
      prepare: keepImage,
      errors: ['images_full', ...Object.keys(mediaCodes)],
    }),
  },
})
