import { createCheckedClient } from '@mainspring/testing'
import { expect, inject } from 'vitest'
import type { Extra } from '../entities/extra.ts'
import type { Ingredient } from '../entities/ingredient.ts'
import type { Pizza } from '../entities/pizza.ts'
import { newExtra, newIngredient, newPizza } from './menu.ts'

/** Talks to the deployment under test. */
export const client = createCheckedClient(inject('base_url'))

export const addIngredient = (overrides?: Parameters<typeof newIngredient>[0]): Promise<Ingredient> =>
  add('/v1/ingredients', newIngredient(overrides))

export const addExtra = (overrides?: Parameters<typeof newExtra>[0]): Promise<Extra> =>
  add('/v1/extras', newExtra(overrides))

export const addPizza = (overrides?: Parameters<typeof newPizza>[0]): Promise<Pizza> =>
  add('/v1/pizzas', newPizza(overrides))

async function add<T>(path: string, sent: object): Promise<T> {
  const { status, body } = await client.post<T>(path, sent)
  expect({ status, body }).toMatchObject({ status: 201 })
  return body
}

/** What a list has for a filter. */
export async function find<T>(collection: string, filter: string): Promise<readonly T[]> {
  const { body } = await client.get<{ results: readonly T[] }>(`/v1/${collection}?${new URLSearchParams({ filter })}`)
  return body.results
}
