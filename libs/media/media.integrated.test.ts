import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { copyMedia, createMedia, type DecodingLimits, thumbnailOf } from './index.ts'
import { createBomb, spoolOf, twoColours } from './testing/pictures.ts'

const jpeg = twoColours(600, 400).jpeg().toBuffer()
const html = Buffer.from('<script>alert(document.cookie)</script>')

test.each(['jpeg', 'png', 'webp'] as const)(
  'a picture that came as %s is kept as WebP with thumbnails',
  async (format) => {
    const { keep, read } = await createKeeper()

    const path = await keep(await twoColours(600, 400)[format]().toBuffer())

    expect(path).toMatch(/^\/media\/[0-9a-f]{2}\/[0-9a-f]{62}\.webp$/)
    await expect(sizeOf(await read(path))).resolves.toEqual(['webp', 600, 400])
    await expect(sizeOf(await read(thumbnailOf(path, 160)))).resolves.toEqual(['webp', 160, 107])
    await expect(sizeOf(await read(thumbnailOf(path, 480)))).resolves.toEqual(['webp', 480, 320])
  },
)

test('a picture is called what its bytes hash to, and coming twice it is one', async () => {
  const { keep, read, list } = await createKeeper()

  const paths = [await keep(await jpeg), await keep(await jpeg)]

  const hash = createHash('sha256')
    .update(await read(paths[0]))
    .digest('hex')
  expect(paths).toEqual(Array(2).fill(`/media/${hash.slice(0, 2)}/${hash.slice(2)}.webp`))
  await expect(list()).resolves.toHaveLength(3)
})

test('a picture is turned upright, and says no more where it was taken', async () => {
  const { keep, read } = await createKeeper()
  const IFD3 = { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' }
  const exif = { IFD0: { Make: 'Kodak' }, IFD3 }
  const taken = await twoColours(600, 400).withMetadata({ orientation: 6, exif }).jpeg().toBuffer()

  const kept = await read(await keep(taken))

  const { width, height, orientation, ...said } = await sharp(kept).metadata()
  expect([width, height]).toEqual([400, 600])
  expect([said.exif, said.xmp, said.icc, orientation]).toEqual([undefined, undefined, undefined, undefined])
  expect([taken.includes('Kodak'), kept.includes('Kodak')]).toEqual([true, false])
  // A quarter to the right takes what was on the left to the top.
  await expect(colourAt(kept, 200, 50)).resolves.toBe('red')
  await expect(colourAt(kept, 200, 550)).resolves.toBe('blue')
})

test('a large picture is kept smaller', async () => {
  const { keep, read } = await createKeeper()

  const path = await keep(await twoColours(4000, 3000).jpeg().toBuffer())

  await expect(sizeOf(await read(path))).resolves.toEqual(['webp', 1600, 1200])
})

test('of what moves the first frame is kept', async () => {
  const { keep, read } = await createKeeper()
  const frames = await Promise.all(['#f00', '#00f'].map(frame))
  const moving = await sharp(frames, { join: { animated: true } })
    .webp({ delay: [100, 100] })
    .toBuffer()

  const kept = await read(await keep(moving))

  const { pages = 1 } = await sharp(kept).metadata()
  expect([(await sharp(moving).metadata()).pages, pages]).toEqual([2, 1])
  await expect(colourAt(kept, 10, 10)).resolves.toBe('red')
})

test.each([
  ['HTML', html],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ['GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
  ['PDF', Buffer.from('%PDF-1.7\n')],
  ['an archive', Buffer.from('PK\x03\x04')],
  ['a sound', Buffer.from('RIFF\x24\x08\x00\x00WAVEfmt ')],
])('%s is no picture, whatever it is called, and leaves nothing', async (_, bytes) => {
  const { keep, list } = await createKeeper()

  const kept = keep(bytes)

  await expect(kept).rejects.toMatchObject({ code: 'picture_unsupported' })
  await expect(list()).resolves.toEqual([])
})

test.each([
  ['a JPEG that is cut', async () => (await jpeg).subarray(0, -200)],
  ['a PNG that is cut', async () => (await twoColours(60, 40).png().toBuffer()).subarray(0, -30)],
  ['a WebP that is cut', async () => (await twoColours(600, 400).webp().toBuffer()).subarray(0, -100)],
  [
    'HTML behind the first bytes of a JPEG',
    async () => Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), html]),
  ],
  ['SVG behind those of a PNG', async () => Buffer.from('\x89PNG\r\n\x1a\n<svg/>', 'latin1')],
])('%s is damaged, and leaves nothing', async (_, make) => {
  const { keep, list } = await createKeeper()

  const kept = keep(await make())

  await expect(kept).rejects.toMatchObject({ kind: 'invalid', code: 'picture_damaged' })
  await expect(list()).resolves.toEqual([])
})

test('of a picture that is something else as well only the picture is kept', async () => {
  const { keep, read } = await createKeeper()

  const kept = await read(await keep(Buffer.concat([await jpeg, html])))

  expect(kept.includes('<script>')).toBe(false)
})

test('a picture that would fill the memory is refused by what it says of itself', async () => {
  const { keep, list } = await createKeeper()
  const bomb = createBomb()

  const kept = keep(bomb)

  expect(bomb.length).toBeLessThan(60_000)
  await expect(kept).rejects.toMatchObject({
    code: 'picture_too_large',
    message: 'The picture has 20000 × 20000 pixels; 50000000 are the most, in all.',
  })
  await expect(list()).resolves.toEqual([])
})

test('a picture that takes too long is given up, and the next one has its turn', async () => {
  const { keep } = await createKeeper({ seconds: 0.001, at_once: 1 })

  const results = await Promise.allSettled([keep(await jpeg), keep(await jpeg)])

  expect(results).toMatchObject(Array(2).fill({ reason: { code: 'picture_too_slow' } }))
})

test('so many pictures wait, and the next is told to come again', async () => {
  const { keep } = await createKeeper({ at_once: 1, waiting: 1 })
  const bytes = await jpeg

  const results = await Promise.allSettled([keep(bytes), keep(bytes), keep(bytes)])

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(results[2]).toMatchObject({ reason: { kind: 'unavailable', code: 'media_busy', retry_after: 5 } })
})

test('media of another folder are copied once, and nothing else is', async () => {
  const from = await createKeeper()
  const to = await createFolder()
  const path = await from.keep(await jpeg)
  await writeFile(join(from.folder, 'notes.txt'), 'mine')

  const copied = [await copyMedia(from.folder, to), await copyMedia(from.folder, to)]

  expect(copied).toEqual([3, 0])
  await expect(readFile(join(to, path.replace('/media/', '')))).resolves.toEqual(await from.read(path))
})

async function createKeeper(limits: Partial<DecodingLimits> = {}) {
  const folder = await createFolder()
  const media = createMedia(folder, limits)
  return {
    folder,
    keep: (bytes: Buffer) => media.keepPicture(spoolOf(bytes)),
    read: (path = '') => readFile(join(folder, path.replace('/media/', ''))),
    list: async () => (await readdir(folder, { recursive: true })).filter((name) => name.includes('.')),
  }
}

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-media-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

async function sizeOf(bytes: Buffer): Promise<readonly unknown[]> {
  const { format, width, height } = await sharp(bytes).metadata()
  return [format, width, height]
}

async function colourAt(bytes: Buffer, left: number, top: number): Promise<string> {
  const [red = 0, , blue = 0] = await sharp(bytes).extract({ left, top, width: 1, height: 1 }).raw().toBuffer()
  return red > blue ? 'red' : 'blue'
}

const frame = (background: string) =>
  sharp({ create: { width: 20, height: 20, channels: 3, background } })
    .png()
    .toBuffer()
