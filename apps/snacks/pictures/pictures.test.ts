import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { images } from '../fixtures/images.ts'
import { MENU } from '../fixtures/menu.ts'
import { drawPizza } from './draw-pizza.ts'
import { toppings } from './toppings.ts'

/** What is melted or cooked into what is below. */
const beneath = ['tomatoes', 'mozzarella']

test('a pizza is drawn alike each time, and no two are alike', () => {
  const [margherita, again, other] = ['Margherita', 'Margherita', 'Bufala'].map((name) =>
    drawPizza(name, ['tomatoes', 'basil']),
  )

  expect(again).toBe(margherita)
  expect(other).not.toBe(margherita)
})

test('whatever a fixture pizza is made of can be seen on it', () => {
  const ingredients = MENU.flatMap(([, , , ...listed]) => listed)

  expect(ingredients.filter((id) => !toppings[id] && !beneath.includes(id))).toEqual([])
})

test('each fixture pizza has its own picture, which is there with its thumbnails', () => {
  const media = readdirSync(new URL('../fixtures/media', import.meta.url), { recursive: true }).map(String)
  const paths = MENU.map(([id]) => images[id] ?? '')

  const wanted = paths.flatMap((path) =>
    ['.webp', '-160.webp', '-480.webp'].map((end) => path.replace('/media/', '').replace('.webp', end)),
  )
  expect(new Set(paths).size).toBe(MENU.length)
  expect(media.filter((name) => name.endsWith('.webp')).toSorted()).toEqual(wanted.toSorted())
})
