import sharp from 'sharp'
import { expect, inject, test } from 'vitest'
import type { Pizza } from '../entities/pizza.ts'
import { addPizza, client } from '../testing/client.ts'

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
  await client.get(`/v1/pizzas/${id}`)
  const colours = ['#c33', '#3c3', '#33c']

  const answers = await Promise.all(colours.map(async (colour) => upload(id, await square(colour))))

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const images = async () => (await client.get<Pizza>(`/v1/pizzas/${id}`)).body.images
  await expect.poll(async () => new Set(await images()).size).toBe(3)
})

test('a picture comes in a form as well, and twice is once', async () => {
  const { id } = await addPizza()
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(await png)], { type: 'text/html' }), '../../x.html')

  const response = await fetch(`${inject('base_url')}/v1/pizzas/${id}:upload-image`, { method: 'POST', body: form })
  const again = await upload(id, await png)

  expect(response.status).toBe(200)
  expect(again.body).toEqual(await response.json())
  expect(again.body.images).toHaveLength(1)
})

test.each([
  ['HTML that is called a picture', () => html, 415, 'picture_unsupported'],
  ['a picture that is cut', async () => (await png).subarray(0, -30), 400, 'picture_damaged'],
  ['a byte more than may be', () => Buffer.alloc(5 * 1024 * 1024 + 1), 413, 'body_too_large'],
])('%s is refused', async (_, make, status, code) => {
  const { id } = await addPizza()

  const { body } = await upload(id, await make())

  expect(body).toMatchObject({ status, code })
  const { body: pizza } = await client.get<Pizza>(`/v1/pizzas/${id}`)
  expect(pizza.images).toEqual([])
})

test('a pizza that is not there has no picture', async () => {
  const { body } = await upload('nowhere', await png)

  expect(body).toMatchObject({ status: 404 })
})

test('a pizza has so many pictures', async () => {
  const images = Array.from({ length: 20 }, (_, index) => `/media/${index}.webp`)
  const { id } = await addPizza({ images })

  const { body } = await upload(id, await png)

  expect(body).toMatchObject({ status: 409, code: 'images_full', errors: [{ field: 'images' }] })
})

test('whoever repeats the upload of the last picture is told what was answered', async () => {
  const images = Array.from({ length: 19 }, (_, index) => `/media/${index}.webp`)
  const { id } = await addPizza({ images })
  const headers = { 'idempotency-key': `last picture of ${id}` }

  const first = await upload(id, await png, headers)
  const again = await upload(id, await png, headers)

  expect([first.status, first.body.images?.length]).toEqual([200, 20])
  expect([again.status, again.body]).toEqual([200, first.body])
})

const square = (background: string) =>
  sharp({ create: { width: 60, height: 60, channels: 3, background } })
    .png()
    .toBuffer()

const upload = (id: string, bytes: Buffer, headers: Readonly<Record<string, string>> = {}) =>
  client.post<Pizza>(`/v1/pizzas/${id}:upload-image`, bytes, { 'content-type': 'image/png', ...headers })
