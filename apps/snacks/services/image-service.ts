import { conflict, type Spool } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import type { Pictures } from '../context.ts'
import { MOST_IMAGES, Pizza } from '../entities/pizza.ts'
import { changePizza } from './menu-links.ts'

/** Keeps a picture for a pizza, if it may have one more or has that one. A new one is not among its images yet. */
export async function keepImage(
  { db, media }: Pick<Reads, 'db'> & Pictures,
  { id, upload }: { readonly id: string; readonly upload: Spool },
): Promise<{ readonly image: string }> {
  const pizza = await db.get(Pizza, id)
  if (hasRoom(pizza)) return { image: await media.keepPicture(upload) }
  const image = await media.findPicture(upload)
  if (image === undefined || !pizza.images.includes(image)) throw imagesFull(pizza)
  return { image }
}

/** Puts a picture that is kept behind the other images of a pizza. One that is there already stays where it is. */
export async function addImage(
  needs: Pick<Writes, 'db' | 'emit'>,
  { id, image }: { readonly id: string; readonly image: string },
): Promise<Pizza> {
  const pizza = await needs.db.getForUpdate(Pizza, id)
  if (pizza.images.includes(image)) return pizza
  if (!hasRoom(pizza)) throw imagesFull(pizza)
  return changePizza(needs, pizza, { images: [...pizza.images, image] })
}

const hasRoom = ({ images }: Pizza): boolean => images.length < MOST_IMAGES

const imagesFull = ({ name, images }: Pizza) =>
  conflict('images_full', {
    field: 'images',
    detail: `${name} has ${images.length} images, the most that it may.`,
  })
