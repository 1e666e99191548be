import { randomUUID } from 'node:crypto'
import { arbitraryOf, refusal } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Pizza } from '../entities/pizza.ts'
import { addExtra, addIngredient, addPizza, changePizza, client, getPizza, stranger } from '../testing/client.ts'
import { newPizza } from '../testing/menu.ts'

test('whatever is valid comes back as it was sent', async () => {
  const given = {
    name: fc.uuid(),
    ingredients: fc.subarray([(await addIngredient()).id, (await addIngredient()).id]),
    extras: fc.subarray([{ extra_id: (await addExtra()).id, free: true }]),
  }

  await fc.assert(
    fc.asyncProperty(arbitraryOf(Pizza, given), async (sent) => {
      const pizza = { ...sent, name: `${sent.name} ${randomUUID()}` }

      const { status, body } = await client.post('/v1/pizzas', { body: pizza })

      expect({ status, body }).toMatchObject({ status: 201, body: { ...pizza, state: 'ON_MENU' } })
      expect(await getPizza(body.id)).toEqual(body)
    }),
    { numRuns: 20 },
  )
})

test.each([
  ['no price', { price_minor: undefined }, 'price_minor', 'required'],
  ['half a cent', { price_minor: 1250.5 }, 'price_minor', 'type'],
  ['a negative price', { price_minor: -1 }, 'price_minor', 'minimum'],
  ['no currency that is in use', { currency_code: 'BGN' }, 'currency_code', 'format'],
  ['a blank name', { name: ' \t' }, 'name', 'too_short'],
  ['a picture from elsewhere', { images: ['https://example.com/a.png'] }, 'images[0]', 'pattern'],
  ['a picture that no upload gives', { images: ['/media/../app.webp'] }, 'images[0]', 'pattern'],
  ['an ingredient that is not there', { ingredients: ['none'] }, 'ingredients[0]', 'reference_not_found'],
  ['an extra that is not there', { extras: [{ extra_id: 'none' }] }, 'extras[0].extra_id', 'reference_not_found'],
])('%s is a 400 that names the field', async (_, wrong, field, code) => {
  const { body } = await stranger.post('/v1/pizzas', { ...newPizza(), ...wrong })

  expect(body).toMatchObject(refusal(400, field, code))
})

test('what is listed twice is a 400 that names the second', async () => {
  const { id } = await addIngredient()

  const refused = addPizza({ ingredients: [id, id] })

  await expect(refused).rejects.toMatchObject(refusal(400, 'ingredients[1]', 'listed_twice'))
})

test('a batch is told of every reference that leads nowhere', async () => {
  const requests = [newPizza({ ingredients: ['none'] }), newPizza(), newPizza({ ingredients: ['none', 'nowhere'] })]

  const refused = client.post('/v1/pizzas:batch-create', { body: { requests } })

  const fields = ['requests[0].ingredients[0]', 'requests[2].ingredients[0]', 'requests[2].ingredients[1]']
  await expect(refused).rejects.toMatchObject({ status: 400, errors: fields.map((field) => ({ field })) })
})

test('a name is taken whatever its case, also beyond ASCII', async () => {
  const name = `Äpfel ${randomUUID()}`
  await addPizza({ name })

  const refused = addPizza({ name: ` ${name.toUpperCase()}` })

  await expect(refused).rejects.toMatchObject(refusal(409, 'name', 'already_exists'))
})

test('a pizza is sold out, offered again and retired', async () => {
  const { id } = await addPizza()
  const states: string[] = []

  for (const verb of ['sell-out', 'offer', 'retire'] as const) {
    states.push((await client.post(`/v1/pizzas/{pizza_id}:${verb}`, { params: { pizza_id: id } })).body.state)
  }

  expect(states).toEqual(['SOLD_OUT', 'ON_MENU', 'RETIRED'])
})

test('the state is the service’s own', async () => {
  const { id } = await addPizza()

  const answer = await stranger.patch(`/v1/pizzas/${id}`, { state: 'RETIRED' })

  expect(answer).toMatchObject({ status: 200, body: { state: 'ON_MENU' } })
})

test('an ingredient or extra in use is not deleted, unless by force from the pizzas as well', async () => {
  const [ingredient, other, extra] = [await addIngredient(), await addIngredient(), await addExtra()]
  const { id } = await addPizza({
    ingredients: [ingredient.id, other.id],
    extras: [{ extra_id: extra.id, free: true }],
  })
  const paths = [`/v1/${ingredient.path}`, `/v1/${extra.path}`]

  const refused = await Promise.all(paths.map((path) => stranger.delete(path)))
  for (const path of paths) await stranger.delete(`${path}?force=true`)

  const inUse = { status: 409, body: { code: 'has_dependents' } }
  expect(refused).toMatchObject([inUse, inUse])
  expect(await getPizza(id)).toMatchObject({ ingredients: [other.id], extras: [] })
})

test('what a pizza no longer lists may go', async () => {
  const ingredient = await addIngredient()
  const { id } = await addPizza({ ingredients: [ingredient.id] })

  await changePizza(id, { ingredients: [] })

  const gone = await client.delete('/v1/ingredients/{ingredient_id}', { params: { ingredient_id: ingredient.id } })
  expect(gone.status).toBe(204)
})

test('a pizza goes with what it lists, which stays', async () => {
  const ingredient = await addIngredient()
  const { id } = await addPizza({ ingredients: [ingredient.id] })

  const gone = await client.delete('/v1/pizzas/{pizza_id}', { params: { pizza_id: id } })

  expect(gone.status).toBe(204)
  expect((await stranger.get(`/v1/${ingredient.path}`)).status).toBe(200)
})
