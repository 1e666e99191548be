import { randomUUID } from 'node:crypto'
import { arbitraryOf } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Pizza } from '../entities/pizza.ts'
import { addExtra, addIngredient, addPizza, client } from '../testing/client.ts'
import { newPizza } from '../testing/menu.ts'

test('whatever is valid comes back as it was sent', async () => {
  const given = {
    name: fc.uuid(),
    ingredients: fc.subarray([(await addIngredient()).id, (await addIngredient()).id]),
    extras: fc.subarray([{ extra_id: (await addExtra()).id, free: true }]),
  }

  await fc.assert(
    fc.asyncProperty(arbitraryOf(Pizza, given), async (sent) => {
      const { status, body } = await client.post<Pizza>('/v1/pizzas', { ...sent, name: `${sent.name} ${randomUUID()}` })

      expect({ status, body }).toMatchObject({ status: 201, body: { ...sent, name: body.name, state: 'ON_MENU' } })
      expect((await client.get(`/v1/pizzas/${body.id}`)).body).toEqual(body)
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
  ['an ingredient that is not there', { ingredients: ['none'] }, 'ingredients[0]', 'reference_not_found'],
  ['an extra that is not there', { extras: [{ extra_id: 'none' }] }, 'extras[0].extra_id', 'reference_not_found'],
])('%s is a 400 that names the field', async (_, wrong, field, code) => {
  const answer = await client.post('/v1/pizzas', { ...newPizza(), ...wrong })

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field, code }] } })
})

test('what is listed twice is a 400 that names the second', async () => {
  const { id } = await addIngredient()

  const answer = await client.post('/v1/pizzas', newPizza({ ingredients: [id, id] }))

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'ingredients[1]', code: 'listed_twice' }] } })
})

test('a batch is told of every reference that leads nowhere', async () => {
  const requests = [newPizza({ ingredients: ['none'] }), newPizza(), newPizza({ ingredients: ['none', 'nowhere'] })]

  const { status, body } = await client.post<{ errors: { field: string }[] }>('/v1/pizzas:batch-create', { requests })

  expect(status).toBe(400)
  expect(body.errors.map(({ field }) => field)).toEqual([
    'requests[0].ingredients[0]',
    'requests[2].ingredients[0]',
    'requests[2].ingredients[1]',
  ])
})

test('a name is taken whatever its case, also beyond ASCII', async () => {
  const name = `Äpfel ${randomUUID()}`
  await addPizza({ name })

  const answer = await client.post('/v1/pizzas', newPizza({ name: ` ${name.toUpperCase()}` }))

  expect(answer).toMatchObject({ status: 409, body: { errors: [{ field: 'name', code: 'already_exists' }] } })
})

test('a pizza is sold out, offered again and retired', async () => {
  const { id } = await addPizza()
  const states: string[] = []

  for (const verb of ['sell-out', 'offer', 'retire']) {
    states.push((await client.post<Pizza>(`/v1/pizzas/${id}:${verb}`)).body.state)
  }

  expect(states).toEqual(['SOLD_OUT', 'ON_MENU', 'RETIRED'])
})

test('the state is the service’s own', async () => {
  const { id } = await addPizza()

  const answer = await client.patch(`/v1/pizzas/${id}`, { state: 'RETIRED' })

  expect(answer).toMatchObject({ status: 200, body: { state: 'ON_MENU' } })
})

test('an ingredient or extra in use is not deleted, unless by force from the pizzas as well', async () => {
  const [ingredient, other, extra] = [await addIngredient(), await addIngredient(), await addExtra()]
  const { id } = await addPizza({
    ingredients: [ingredient.id, other.id],
    extras: [{ extra_id: extra.id, free: true }],
  })
  const paths = [`/v1/${ingredient.path}`, `/v1/${extra.path}`]

  const refused = await Promise.all(paths.map((path) => client.delete<{ code: string }>(path)))
  for (const path of paths) await client.delete(`${path}?force=true`)

  expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
    [409, 'has_dependents'],
    [409, 'has_dependents'],
  ])
  expect((await client.get(`/v1/pizzas/${id}`)).body).toMatchObject({ ingredients: [other.id], extras: [] })
})

test('what a pizza no longer lists may go', async () => {
  const ingredient = await addIngredient()
  const { id } = await addPizza({ ingredients: [ingredient.id] })

  await client.patch(`/v1/pizzas/${id}`, { ingredients: [] })

  expect((await client.delete(`/v1/${ingredient.path}`)).status).toBe(204)
})

test('a pizza goes with what it lists, which stays', async () => {
  const ingredient = await addIngredient()
  const { id } = await addPizza({ ingredients: [ingredient.id] })

  const gone = await client.delete(`/v1/pizzas/${id}`)

  expect(gone.status).toBe(204)
  expect((await client.get(`/v1/${ingredient.path}`)).status).toBe(200)
})
