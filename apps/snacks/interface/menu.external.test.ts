import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Extra } from '../entities/extra.ts'
import type { Pizza } from '../entities/pizza.ts'
import { addExtra, addIngredient, addPizza, client, find } from '../testing/client.ts'

test('pizzas are found by a piece of their name, whatever its case', async () => {
  const tag = randomUUID()
  const apples = await addPizza({ name: `Äpfel & Zwiebeln ${tag}` })
  await addPizza({ name: `Ananas ${tag}` })

  const found = [
    await find<Pizza>('pizzas', `name.folded().contains('äPFEL') && name.contains('${tag}')`),
    await find<Pizza>('pizzas', `name.contains('Äpfel') && name.contains('${tag}')`),
    await find<Pizza>('pizzas', `name.contains('äPFEL') && name.contains('${tag}')`),
  ]

  expect(found.map((pizzas) => pizzas.map(({ id }) => id))).toEqual([[apples.id], [apples.id], []])
})

test('pizzas are found by what they are made of', async () => {
  const [basil, rocket] = [await addIngredient(), await addIngredient()]
  const both = await addPizza({ ingredients: [basil.id, rocket.id] })
  const one = await addPizza({ ingredients: [rocket.id] })

  const withRocket = await find<Pizza>('pizzas', `'${rocket.id}' in ingredients`)
  const withoutBasil = await find<Pizza>('pizzas', `'${rocket.id}' in ingredients && !('${basil.id}' in ingredients)`)

  expect(withRocket.map(({ id }) => id)).toEqual([both.id, one.id])
  expect(withoutBasil.map(({ id }) => id)).toEqual([one.id])
})

test('the extras of a pizza say what they cost, and whether not on this one', async () => {
  const [ham, onion, bacon] = [
    await addExtra({ price_minor: 200 }),
    await addExtra({ price_minor: 100 }),
    await addExtra(),
  ]
  const { id } = await addPizza({
    extras: [
      { extra_id: onion.id, free: true },
      { extra_id: ham.id, free: false },
    ],
  })
  const path = `/v1/pizzas/${id}/extras`

  const all = await client.get<{ results: object[] }>(`${path}?order_by=price_minor`)
  const dear = await client.get<{ results: object[] }>(
    `${path}?${new URLSearchParams({ filter: 'price_minor > 100' })}`,
  )
  await client.patch(`/v1/pizzas/${id}`, { extras: [{ extra_id: bacon.id, free: true }] })
  const changed = await client.get<{ results: Extra[] }>(path)

  expect(all.body.results).toMatchObject([
    { id: onion.id, price_minor: 100, free: true },
    { id: ham.id, price_minor: 200, free: false },
  ])
  expect(dear.body.results).toMatchObject([{ id: ham.id }])
  expect(changed.body.results).toMatchObject([{ id: bacon.id, free: true }])
  expect((await client.get(`/v1/pizzas/${randomUUID()}/extras`)).status).toBe(404)
})

test('whoever has an answer of the menu is told that it still holds, until it does not', async () => {
  const { id, name, path } = await addPizza()
  const list = `/v1/pizzas?${new URLSearchParams({ filter: `name == '${name}'` })}`
  const paths = [list, `/v1/${path}`, `/v1/${path}/extras`]
  const tags = await Promise.all(paths.map(tagOf))

  const before = await Promise.all(paths.map((each, index) => statusOf(each, tags[index])))
  await client.patch(`/v1/pizzas/${id}`, { price_minor: 1 })
  const after = await Promise.all(paths.map((each, index) => statusOf(each, tags[index])))

  expect(before).toEqual([304, 304, 304])
  expect(after).toEqual([200, 200, 304])
})

test('who changes the menu reads what was written', async () => {
  const { path } = await addPizza()
  const seen: number[] = []

  for (let price_minor = 1; price_minor <= 20; price_minor++) {
    await client.patch(`/v1/${path}`, { price_minor })
    seen.push((await client.get<Pizza>(`/v1/${path}`)).body.price_minor)
  }

  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

const tagOf = async (path: string): Promise<string> => (await client.get(path)).headers.get('etag') ?? ''
const statusOf = async (path: string, tag = ''): Promise<number> =>
  (await client.get(path, { 'If-None-Match': tag })).status
