import { readdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createMedia } from '@mainspring/media'
import sharp from 'sharp'
import { MENU } from '../fixtures/menu.ts'
import { drawPizza } from './draw-pizza.ts'

/**
 * `npm run snacks:pictures` draws the pizzas of the fixtures anew, and keeps them as if they had been uploaded, in fixtures/media;
 * fixtures/images.ts says which is whose. Run it after a change of the menu or of the drawing, and commit both.
 */

/** Pixels of a side. */
const SIDE = 800

const folder = fileURLToPath(new URL('../fixtures/media', import.meta.url))
const media = createMedia(folder)
const images: Record<string, string> = {}

for (const name of await readdir(folder).catch(() => [])) await rm(`${folder}/${name}`, { recursive: true })
for (const [id, name, , ...ingredients] of MENU) {
  const picture = await sharp(Buffer.from(drawPizza(name, ingredients)))
    .resize(SIDE)
    .png()
    .toBuffer()
  images[id] = await media.keepPicture({
    bytes: picture.length,
    sha256: '',
    async *open() {
      yield picture
    },
  })
  process.stdout.write(`${id}  ${images[id]}\n`)
}
const lines = Object.entries(images).map(([id, path]) => `  ${id.includes('-') ? `'${id}'` : id}: '${path}',\n`)
await writeFile(
  new URL('../fixtures/images.ts', import.meta.url),
  `/** The pictures of fixture pizzas, by their ids: \`npm run snacks:pictures\` writes this. */
export const images: Readonly<Record<string, string>> = {
${lines.join('')}}
`,
)
