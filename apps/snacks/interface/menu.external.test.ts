import { randomUUID } from 'node:crypto'
import { pages } from '@mainspring/client'
import { expect, test } from 'vitest'
import { addExtra, addIngredient, addPizza, changePizza, client, getPizza, stranger } from '../testing/client.ts'

test('the document says what needs no scope: what is read of the menu, and placing and reading an order', async () => {
  const { body } = await stranger.get<Document>('/openapi.json')

  const operations = Object.values(body.paths).flatMap((item) => Object.values(item))
  const open = operations.filter(({ tags, security }) => tags.includes('snacks') && security?.length === 0)

  expect(open.map(({ operationId }) => operationId).toSorted()).toEqual([
    ...[
      ':BatchGetExtra',
      ':BatchGetIngredient',
      ':BatchGetPizza',
      'CreateOrder',
      'GetExtra',
      'GetIngredient',
      'GetOrder',
    ],
    ...['GetPizza', 'ListExtra', 'ListIngredient', 'ListPizza', 'ListPizzaExtra'],
  ])
})

test('pizzas are found by a piece of their name, whatever its case', async () => {
  const tag = randomUUID()
  const apples = await addPizza({ name: `Äpfel & Zwiebeln ${tag}` })
  await addPizza({ name: `Ananas ${tag}` })

  const found = [
    await find(`name.folded().contains('äPFEL') && name.contains('${tag}')`),
    await find(`name.contains('Äpfel') && name.contains('${tag}')`),
    await find(`name.contains('äPFEL') && name.contains('${tag}')`),
  ]

  expect(found).toEqual([[apples.id], [apples.id], []])
})

test('pizzas are found by what they are made of', async () => {
  const [basil, rocket] = [await addIngredient(), await addIngredient()]
  const both = await addPizza({ ingredients: [basil.id, rocket.id] })
  const one = await addPizza({ ingredients: [rocket.id] })

  const withRocket = await find(`'${rocket.id}' in ingredients`)
  const withoutBasil = await find(`'${rocket.id}' in ingredients && !('${basil.id}' in ingredients)`)

  expect(withRocket).toEqual([both.id, one.id])
  expect(withoutBasil).toEqual([one.id])
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
  const list = async (pizza_id: string, query = {}) =>
    (await client.get('/v1/pizzas/{pizza_id}/extras', { params: { pizza_id }, query })).body.results

  const all = await list(id, { order_by: 'price_minor' })
  const dear = await list(id, { filter: 'price_minor > 100' })
  await changePizza(id, { extras: [{ extra_id: bacon.id, free: true }] })
  const changed = await list(id)

  expect(all).toMatchObject([
    { id: onion.id, price_minor: 100, free: true },
    { id: ham.id, price_minor: 200, free: false },
  ])
  expect(dear).toMatchObject([{ id: ham.id }])
  expect(changed).toMatchObject([{ id: bacon.id, free: true }])
  await expect(list(randomUUID())).rejects.toMatchObject({ status: 404, code: 'not_found' })
})

test('whoever has an answer of the menu is told that it still holds, until it does not', async () => {
  const { id, name, path } = await addPizza()
  const list = `/v1/pizzas?${new URLSearchParams({ filter: `name == '${name}'` })}`
  const paths = [list, `/v1/${path}`, `/v1/${path}/extras`]
  const tags = await Promise.all(paths.map(tagOf))

  const before = await Promise.all(paths.map((each, index) => statusOf(each, tags[index])))
  await changePizza(id, { price_minor: 1 })
  const after = await Promise.all(paths.map((each, index) => statusOf(each, tags[index])))

  expect(before).toEqual([304, 304, 304])
  expect(after).toEqual([200, 200, 304])
})

test('who changes the menu reads what was written', async () => {
  const { id } = await addPizza()
  const seen: number[] = []

  for (let price_minor = 1; price_minor <= 20; price_minor++) {
    await changePizza(id, { price_minor })
    seen.push((await getPizza(id)).price_minor)
  }

  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

/** The ids of the pizzas for which a condition holds. */
const find = async (filter: string): Promise<readonly string[]> =>
  (await Array.fromAsync(pages(client, '/v1/pizzas', { query: { filter } }))).map(({ id }) => id)

const tagOf = async (path: string): Promise<string> => (await stranger.get(path)).headers.get('etag') ?? ''
const statusOf = async (path: string, tag = ''): Promise<number> =>
  (await stranger.get(path, { 'If-None-Match': tag })).status

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { operationId: string; tags: readonly string[]; security?: readonly object[] }>>
    >
  >
}
