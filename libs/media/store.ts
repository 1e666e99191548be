import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from '@mainspring/core'
import { type Rendition, THUMBNAIL_WIDTHS } from './rendition.ts'

/** What the paths of media begin with, wherever they are kept. */
export const MEDIA_PATH = '/media'

/** The names of files in a folder of media: `ab/cdef….webp`. */
export const MEDIA_NAMES = /^[0-9a-f]{2}\/[0-9a-f]{62}(-\d{1,4})?\.webp$/

/**
 * Keeps a picture and its thumbnails in a folder, under the hash of what it is; one that is there already is left alone. The
 * picture comes last: where it is, its thumbnails are. Resolves to its path, `/media/ab/cdef….webp`, when all is on the disk.
 */
export async function keepRendition(folder: string, { picture, thumbnails }: Rendition): Promise<string> {
  const name = nameOf(picture)
  const path = `${MEDIA_PATH}/${name}`
  if (existsSync(join(folder, name))) return path
  for (const [index, thumbnail] of thumbnails.entries()) {
    await writeDurably(folder, thumbnailOf(name, THUMBNAIL_WIDTHS[index]), thumbnail)
  }
  await writeDurably(folder, name, picture)
  return path
}

/** The path of a picture if it is kept. */
export function findRendition(folder: string, { picture }: Rendition): string | undefined {
  const name = nameOf(picture)
  return existsSync(join(folder, name)) ? `${MEDIA_PATH}/${name}` : undefined
}

function nameOf(picture: Uint8Array): string {
  const hash = createHash('sha256').update(picture).digest('hex')
  return `${hash.slice(0, 2)}/${hash.slice(2)}.webp`
}

/** The thumbnail of a picture, by its path: `/media/ab/cdef…-160.webp`. */
export const thumbnailOf = (path: string, width = 160): string => path.replace(/\.webp$/, `-${width}.webp`)

/** Copies the media of a folder to another that lacks them; resolves to how many files that were. */
export async function copyMedia(from: string, to: string): Promise<number> {
  const names = (await readdir(from, { recursive: true })).map((name) => name.replaceAll('\\', '/'))
  const missing = names.filter((name) => MEDIA_NAMES.test(name) && !existsSync(join(to, name)))
  await Promise.all(missing.map(async (name) => writeDurably(to, name, await readFile(join(from, name)))))
  return missing.length
}

/** Whoever looks finds nothing under the name, or the whole file; killed, it may leave one whose name begins with a dot. */
async function writeDurably(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const target = join(folder, name)
  const parent = dirname(target)
  const isNew = (await mkdir(parent, { recursive: true })) !== undefined
  const partial = join(parent, `.${randomUUID()}.partial`)
  try {
    const file = await open(partial, 'wx', 0o644)
    await file
      .writeFile(bytes)
      .then(() => file.sync())
      .finally(() => file.close())
    await rename(partial, target)
  } finally {
    await rm(partial, { force: true })
  }
  await syncFolder(parent)
  if (isNew) await syncFolder(folder)
}
