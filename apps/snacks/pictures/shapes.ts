import type { Random } from './random.ts'

/** A place on the picture; the middle of the pizza is 0, 0, and its crust is 400 away. */
export type Point = readonly [x: number, y: number]

/** The point at an angle and a distance. */
export const polar = (angle: number, distance: number): Point => [
  Math.cos(angle) * distance,
  Math.sin(angle) * distance,
]

const round = (value: number): number => Math.round(value * 10) / 10

/** A closed curve through points, as the `d` of a path. */
export function curve(points: readonly Point[]): string {
  const at = (index: number): Point => points[(index + points.length) % points.length] ?? [0, 0]
  const parts = points.map((_, index) => {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)]
    const handles = [
      [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6],
      [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6],
      to,
    ]
    return `C${handles.map((pair) => pair.map((value) => round(value ?? 0)).join(' ')).join(' ')}`
  })
  return `M${at(0).map(round).join(' ')}${parts.join('')}Z`
}

/** Something round that nobody drew with compasses. */
export function blob(random: Random, radius: number, wobble: number, points = 12): string {
  const start = random.between(0, Math.PI)
  return curve(
    Array.from({ length: points }, (_, index) =>
      polar(start + (index * 2 * Math.PI) / points, radius * (1 + random.between(-wobble, wobble))),
    ),
  )
}

/** A path, filled. */
export const fill = (d: string, paint: string, more = ''): string => `<path d="${d}" fill="${paint}" ${more}/>`

/** A line along a path. */
export const line = (d: string, paint: string, width: number, more = ''): string =>
  `<path d="${d}" fill="none" stroke="${paint}" stroke-width="${width}" stroke-linecap="round" ${more}/>`

/** A disc. */
export const disc = ([x, y]: Point, radius: number, paint: string, more = ''): string =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${paint}" ${more}/>`

/** Something drawn around 0, 0, somewhere else and turned (degrees). */
export const put = ([x, y]: Point, turn: number, drawn: string, scale = 1): string =>
  `<g transform="translate(${round(x)} ${round(y)}) rotate(${round(turn)}) scale(${scale.toFixed(2)})">${drawn}</g>`

/** So many drawn things, joined. */
export const many = (count: number, draw: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join('')
