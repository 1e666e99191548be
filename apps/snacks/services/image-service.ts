import { conflict, type Spool } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import type { Pictures } from '../context.ts'
import { MOST_IMAGES, Pizza } from '../entities/pizza.ts'
import { changePizza } from './menu-links.ts'

/** Keeps a picture for a pizza, if it may have one more. It is not among its images yet. */
export async function keepImage(
  { db, media }: Pick<Reads, 'db'> & Pictures,
  { id, upload }: { readonly id: string; readonly upload: Spool },
): Promise<{ readonly image: string }> {
  requireRoom(await db.get(Pizza, id))
  return { image: await media.keepPicture(upload) }
}

/** Puts a picture that is kept behind the other images of a pizza. One that is there already stays where it is. */
export async function addImage(
  needs: Pick<Writes, 'db' | 'emit'>,
  { id, image }: { readonly id: string; readonly image: string },
): Promise<Pizza> {
  const pizza = await needs.db.getForUpdate(Pizza, id)
  if (pizza.images.includes(image)) return pizza
  requireRoom(pizza)
  return changePizza(needs, pizza, { images: [...pizza.images, image] })
}

function requireRoom({ name, images }: Pizza): void {
  if (images.length < MOST_IMAGES) return
  throw conflict('images_full', {
    field: 'images',
    detail: `${name} has ${images.length} images, the most that it may.`,
  })
}
