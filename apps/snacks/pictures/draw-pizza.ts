import { cheese, crumbs, crust, dusk, FILTERS, gleam, inside, oil, sauce, table } from './base.ts'
import { createRandom, type Random } from './random.ts'
import { type Point, put } from './shapes.ts'
import { type Topping, toppings } from './toppings.ts'

/** Draws a pizza from above as an SVG: the same for the same name and ingredients (their ids), and no two alike. */
export function drawPizza(name: string, ingredients: readonly string[]): string {
  const random = createRandom(name)
  const known = ingredients.flatMap((id) => toppings[id] ?? [])
  const layers = [
    table(random),
    crumbs(random),
    crust(random),
    gleam(random),
    sauce(random, ingredients.includes('tomatoes')),
    ingredients.includes('mozzarella') ? cheese(random, known.length > 1 ? 1.15 : 0.9) : '',
    ...lay(
      random,
      known.filter(({ isFresh }) => !isFresh),
    ),
    oil(random),
    ...lay(
      random,
      known.filter(({ isFresh }) => isFresh),
    ),
    dusk,
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-500 -500 1000 1000" width="1000" height="1000"><defs>${FILTERS}</defs>${layers.join('')}</svg>`
}

interface Piece {
  readonly topping: Topping
  readonly place: Point
}

/** Pieces of all toppings in three layers, mixed, each of which casts its shadow on those below. */
function lay(random: Random, known: readonly Topping[]): readonly string[] {
  const share = known.length > 2 ? 0.72 : known.length > 1 ? 0.88 : 1
  const pieces: Piece[] = []
  for (const topping of known.toSorted((one, other) => other.radius - one.radius)) {
    const count = topping.isMiddle ? topping.pieces : Math.round(topping.pieces * share)
    for (let index = 0; index < count; index++) pieces.push({ topping, place: findPlace(random, topping, pieces) })
  }
  const layers = Map.groupBy(pieces, () => random.pick<number>(0, 1, 2))
  return [0, 1, 2].map((layer) => {
    const drawn = layers.get(layer)?.map((piece) => drawPiece(random, piece)) ?? []
    return `<g filter="url(#raised)">${drawn.join('')}</g>`
  })
}

const drawPiece = (random: Random, { topping, place }: Piece): string =>
  put(place, topping.isMiddle ? 0 : random.between(0, 360), topping.draw(random), random.between(1.1, 1.3))

/** Of some places the one with most room: further from its like than from others. */
function findPlace(random: Random, topping: Topping, pieces: readonly Piece[]): Point {
  if (topping.isMiddle) return [random.between(-20, 20), random.between(-20, 20)]
  const places = Array.from({ length: 150 }, () => inside(random, 330 - topping.radius * 0.75))
  const roomAt = ([x, y]: Point): number =>
    Math.min(
      ...pieces.map(({ topping: other, place }) => {
        const distance = Math.hypot(x - place[0], y - place[1])
        return distance / (topping.radius + other.radius * (other === topping ? 1 : 0.8))
      }),
    )
  return places.reduce((best, place) => (roomAt(place) > roomAt(best) ? place : best))
}
