import { refusal } from '@mainspring/testing'
import sharp from 'sharp'
import { expect, inject, test } from 'vitest'
import { addPizza, client, getPizza } from '../testing/client.ts'

const png = sharp({ create: { width: 600, height: 400, channels: 3, background: '#c33' } })
  .png()
  .toBuffer()
const html = Buffer.from('<script>alert(1)</script>')

test('a picture of a pizza is uploaded and served, with thumbnails', async () => {
  const { id } = await addPizza()

  const { status, body } = await upload(id, await png)

  expect([status, body.images]).toEqual([200, [expect.stringMatching(/^\/media\/[0-9a-f]{2}\/[0-9a-f]{62}\.webp$/)]])
  for (const [path = '', width] of [
    [body.images[0], 600],
    [body.images[0]?.replace('.webp', '-160.webp'), 160],
  ] as const) {
    const response = await fetch(`${inject('base_url')}${path}`)
    expect(response.headers.get('content-type')).toBe('image/webp')
    await expect(sharp(await response.arrayBuffer()).metadata()).resolves.toMatchObject({ format: 'webp', width })
  }
})

test('pictures that come at once are all there, also for whoever had looked before', async () => {
  const { id } = await addPizza()
  await getPizza(id)
  const colours = ['#c33', '#3c3', '#33c']

  const answers = await Promise.all(colours.map(async (colour) => upload(id, await square(colour))))

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  await expect.poll(async () => new Set((await getPizza(id)).images).size).toBe(3)
})

test('a picture comes in a form as well, and twice is once', async () => {
  const { id } = await addPizza()
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(await png)], { type: 'text/html' }), '../../x.html')

  const first = await client.post(path, { params: { pizza_id: id }, upload: form })
  const again = await upload(id, await png)

  expect(again.body).toEqual(first.body)
  expect(again.body.images).toHaveLength(1)
})

test.each([
  ['HTML that is called a picture', () => html, 415, 'picture_unsupported'],
  ['a picture that is cut', async () => (await png).subarray(0, -30), 400, 'picture_damaged'],
  ['a byte more than may be', () => Buffer.alloc(5 * 1024 * 1024 + 1), 413, 'body_too_large'],
])('%s is refused', async (_, make, status, code) => {
  const { id } = await addPizza()

  const refused = upload(id, await make())

  await expect(refused).rejects.toMatchObject({ status, code })
  expect((await getPizza(id)).images).toEqual([])
})

test('a pizza that is not there has no picture', async () => {
  await expect(upload('nowhere', await png)).rejects.toMatchObject({ status: 404, code: 'not_found' })
})

test('a pizza has so many pictures', async () => {
  const images = madeUp(20)
  const { id } = await addPizza({ images })

  const refused = upload(id, await png)

  await expect(refused).rejects.toMatchObject({ ...refusal(409, 'images'), code: 'images_full' })
})

test('a picture that a pizza has already changes nothing, also if it has as many as it may', async () => {
  const { id } = await addPizza({ images: madeUp(19) })
  const full = await upload(id, await png)

  const again = await upload(id, await png)

  expect([again.status, again.body]).toEqual([200, full.body])
})

test('whoever repeats the upload of the last picture is told what was answered', async () => {
  const images = madeUp(19)
  const { id } = await addPizza({ images })
  const headers = { 'idempotency-key': `last picture of ${id}` }

  const first = await upload(id, await png, headers)
  const again = await upload(id, await png, headers)

  expect([first.status, first.body.images?.length]).toEqual([200, 20])
  expect([again.status, again.body]).toEqual([200, first.body])
})

const madeUp = (length: number) =>
  Array.from({ length }, (_, index) => `/media/00/${String(index).padStart(62, '0')}.webp`)

const square = (background: string) =>
  sharp({ create: { width: 60, height: 60, channels: 3, background } })
    .png()
    .toBuffer()

const path = '/v1/pizzas/{pizza_id}:upload-image'
const upload = (pizza_id: string, bytes: Uint8Array<ArrayBuffer>, headers = {}) =>
  client.post(path, { params: { pizza_id }, upload: bytes, contentType: 'image/png', headers })
