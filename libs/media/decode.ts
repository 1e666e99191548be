import sharp from 'sharp'
import { type DecodingAnswer, type DecodingRequest, type Rendition, THUMBNAIL_WIDTHS } from './rendition.ts'

/**
 * A program that decodes one picture and ends: what a stranger sent is read by native code here, apart from the service
 * and its secrets, and what it took of memory goes with it.
 */

/** The longest side of a picture that is kept. */
const LONGEST_SIDE = 1600

sharp.concurrency(1)
sharp.cache(false)
// Whatever the bytes claim to be, nothing else is read: no SVG, no PDF, no TIFF.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] })

process.once('message', (request: DecodingRequest) => {
  void answer(request).then((said) => process.send?.(said, () => process.disconnect()))
})
// A terminal sends its signals to all processes of the group; whoever waits for this one ends it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

async function answer({ bytes, most_pixels }: DecodingRequest): Promise<DecodingAnswer> {
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
    if (width * height > most_pixels) return { problem: 'too_large', width, height }
    return { rendition: await render(bytes, most_pixels) }
  } catch (error) {
    return { problem: 'damaged', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** Turned as its EXIF says, of which nothing is kept; of one that moves, the first frame. */
async function render(bytes: Uint8Array, most_pixels: number): Promise<Rendition> {
  const { data, info } = await sharp(bytes, { limitInputPixels: most_pixels, failOn: 'warning', sequentialRead: true })
    .autoOrient()
    .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const pixels = () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
  const thumbnails: Uint8Array[] = []
  for (const width of THUMBNAIL_WIDTHS) {
    thumbnails.push(await pixels().resize({ width, withoutEnlargement: true }).webp(QUALITY).toBuffer())
  }
  return { picture: await pixels().webp(QUALITY).toBuffer(), thumbnails }
}

const QUALITY = { quality: 80 }
