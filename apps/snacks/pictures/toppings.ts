import { anchovy, bacon, egg, goatCheese, gorgonzola, ham, parmesan, salami, tuna } from './animals.ts'
import {
  artichoke,
  basil,
  caper,
  chili,
  garlic,
  greenPepper,
  mushroom,
  olive,
  onion,
  oregano,
  pineapple,
  rocket,
  spinach,
} from './plants.ts'
import type { Random } from './random.ts'

/** How an ingredient lies on a pizza. */
export interface Topping {
  readonly draw: (random: Random) => string
  /** Pieces on a pizza that has nothing else. */
  readonly pieces: number
  /** Half of the place that a piece wants for itself. */
  readonly radius: number
  /** Goes on last, when the pizza is out of the oven. */
  readonly isFresh?: true
  /** As it comes, not turned. */
  readonly isMiddle?: true
}

/** By the ids of ingredients; what is not here is beneath: tomatoes, mozzarella. */
export const toppings: Readonly<Record<string, Topping>> = {
  anchovies: { draw: anchovy, pieces: 9, radius: 62 },
  artichokes: { draw: artichoke, pieces: 9, radius: 50 },
  bacon: { draw: bacon, pieces: 11, radius: 50 },
  basil: { draw: basil, pieces: 11, radius: 52, isFresh: true },
  capers: { draw: caper, pieces: 34, radius: 14 },
  chili: { draw: chili, pieces: 14, radius: 26 },
  egg: { draw: egg, pieces: 1, radius: 98, isMiddle: true },
  garlic: { draw: garlic, pieces: 26, radius: 24 },
  'goat-cheese': { draw: goatCheese, pieces: 8, radius: 50 },
  gorgonzola: { draw: gorgonzola, pieces: 12, radius: 40 },
  'green-peppers': { draw: greenPepper, pieces: 11, radius: 46 },
  ham: { draw: ham, pieces: 13, radius: 50 },
  mushrooms: { draw: mushroom, pieces: 20, radius: 40 },
  olives: { draw: olive, pieces: 20, radius: 22 },
  onion: { draw: onion, pieces: 15, radius: 40 },
  oregano: { draw: oregano, pieces: 30, radius: 18, isFresh: true },
  parmesan: { draw: parmesan, pieces: 15, radius: 42, isFresh: true },
  pineapple: { draw: pineapple, pieces: 13, radius: 42 },
  rocket: { draw: rocket, pieces: 20, radius: 44, isFresh: true },
  salami: { draw: salami, pieces: 14, radius: 54 },
  spinach: { draw: spinach, pieces: 26, radius: 36 },
  tuna: { draw: tuna, pieces: 20, radius: 36 },
}
