import { createClient } from '@mainspring/client'
import type { Extra, Ingredient, Order, Pizza, PizzaPatch } from '@mainspring/client/house'
import { createCheckedClient, createCheckedFetch } from '@mainspring/testing'
import { inject } from 'vitest'
import { newExtra, newIngredient, newPizza } from './menu.ts'

const baseUrl = inject('base_url')

/** An ordinary user of the deployment under test; what is answered is held against the document, and nothing asked twice. */
export const client = createClient({ baseUrl, fetch: createCheckedFetch(baseUrl), attempts: 1 })

/** Sends what the types of the client forbid. */
export const stranger = createCheckedClient(baseUrl)

export const addIngredient = async (overrides?: Parameters<typeof newIngredient>[0]): Promise<Ingredient> =>
  (await client.post('/v1/ingredients', { body: newIngredient(overrides) })).body

export const addExtra = async (overrides?: Parameters<typeof newExtra>[0]): Promise<Extra> =>
  (await client.post('/v1/extras', { body: newExtra(overrides) })).body

export const addPizza = async (overrides?: Parameters<typeof newPizza>[0]): Promise<Pizza> =>
  (await client.post('/v1/pizzas', { body: newPizza(overrides) })).body

export const getPizza = async (pizza_id: string): Promise<Pizza> =>
  (await client.get('/v1/pizzas/{pizza_id}', { params: { pizza_id } })).body

export const changePizza = async (pizza_id: string, body: PizzaPatch): Promise<Pizza> =>
  (await client.patch('/v1/pizzas/{pizza_id}', { params: { pizza_id }, body })).body

export const getOrder = async (order_id: string): Promise<Order> =>
  (await client.get('/v1/orders/{order_id}', { params: { order_id } })).body

/** Moves an order on. */
export const moveOn = (
  order_id: string,
  verb: 'accept' | 'ready' | 'deliver' | 'cancel' | 'refund',
  body: { readonly by?: string } = {},
  headers = {},
) => client.post(`/v1/orders/{order_id}:${verb}`, { params: { order_id }, body, headers })
