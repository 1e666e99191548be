import type { Random } from './random.ts'
import { blob, curve, disc, fill, line, many, type Point, polar, put } from './shapes.ts'

// What grows, each around 0, 0 and as large as it is on a pizza whose radius is 400.

/** Leaves of basil, three to a sprig. */
export const basil = (random: Random): string =>
  many(random.pick(2, 3), (index) => put([0, 0], index * 125 + random.between(-20, 20), basilLeaf(random)))

function basilLeaf(random: Random): string {
  const [long, wide] = [random.between(54, 68), random.between(19, 25)]
  const outline = curve([
    [2, 0],
    [long * 0.3, -wide],
    [long * 0.7, -wide * 0.8],
    [long, 0],
    [long * 0.7, wide * 0.8],
    [long * 0.3, wide],
  ])
  const green = random.pick('#3f8a2b', '#4a9a30', '#357a28')
  const veins = many(3, (index) => {
    const x = long * (0.22 + index * 0.2)
    return line(`M${x} 0l${long * 0.16} ${-wide * 0.55}M${x} 0l${long * 0.16} ${wide * 0.55}`, '#8cc561', 1.2)
  })
  const light = curve([
    [4, -1],
    [long * 0.3, -wide * 0.9],
    [long * 0.7, -wide * 0.7],
    [long - 3, -1],
  ])
  return (
    fill(outline, green) + fill(light, '#6fb648', 'opacity="0.55"') + line(`M0 0H${long - 5}`, '#a5d479', 2) + veins
  )
}

/** Leaves of rocket, lobed. */
export function rocket(random: Random): string {
  const long = random.between(100, 130)
  const half = [6, 20, 8, 26, 9, 24, 10, 18].map((wide, index): Point => [long * (0.22 + index * 0.1), wide])
  const outline = curve([[0, 2], ...half, [long, 0], ...half.map(([x, y]): Point => [x, -y]).reverse(), [0, -2]])
  const green = random.pick('#3f7d20', '#55952c', '#2f6b1d')
  return put(
    [-long / 2, 0],
    0,
    fill(outline, green) + line(`M-14 0H${long - 8}`, '#a9cf74', 2.4) + line(`M10 -1H${long - 20}`, '#d7eab0', 0.9),
  )
}

/** Leaves of spinach that the oven has seen. */
export function spinach(random: Random): string {
  const green = random.pick('#1f5a24', '#2b6b2a', '#194c20')
  const folds = many(4, () => {
    const [x, y] = polar(random.between(0, 6.3), random.between(6, 26))
    return line(`M0 0Q${x} ${y - 8} ${x * 1.6} ${y * 1.4}`, '#5d9a48', 2.2, 'opacity="0.8"')
  })
  return fill(blob(random, random.between(32, 46), 0.32, 9), green) + folds
}

/** Crumbs of oregano. */
export const oregano = (random: Random): string =>
  many(7, () =>
    put(
      polar(random.between(0, 6.3), random.between(4, 42)),
      random.between(0, 180),
      `<ellipse rx="${random.between(4, 8)}" ry="${random.between(2, 3.4)}" fill="${random.pick('#54802a', '#7a9a3e', '#39611d')}"/>`,
    ),
  )

/** A slice of a mushroom, as one cuts them. */
export function mushroom(random: Random): string {
  const cap =
    'M-38 2C-40 -34 -16 -42 0 -42S40 -34 38 2C36 12 26 12 20 6C16 2 12 2 9 6L12 34C12 42 -12 42 -12 34L-9 6C-12 2 -16 2 -20 6C-26 12 -36 12 -38 2Z'
  const gills = 'M-30 0C-26 -16 -14 -20 0 -20S26 -16 30 0C22 -8 12 -8 7 -2L0 -6L-7 -2C-12 -8 -22 -8 -30 0Z'
  const tone = random.pick('#efe0c4', '#e9d6b4', '#f3e7d0')
  return (
    fill(cap, tone, 'stroke="#a9814f" stroke-width="3" stroke-linejoin="round"') +
    fill(gills, '#8b6540', 'opacity="0.85"') +
    line('M-2 8V32M4 10V30', '#c9ae82', 1.6) +
    line('M-30 -14C-24 -32 -8 -35 4 -35', '#fffaf0', 4, 'opacity="0.7"')
  )
}

/** A ring of an olive. */
export function olive(random: Random): string {
  const dark = random.pick('#2b2430', '#352c33', '#221d27')
  return (
    line(blob(random, 15, 0.05, 10), dark, 12) +
    line('M-15 -8A17 17 0 0 1 2 -18', '#8d8492', 3, 'opacity="0.85"') +
    line(blob(random, 9.5, 0.05, 10), '#5c4a46', 1.6)
  )
}

/** A caper. */
export const caper = (random: Random): string => {
  const radius = random.between(8, 11)
  return (
    disc([0, 0], radius, random.pick('#66702c', '#76803a', '#566124')) +
    fill(blob(random, radius * 0.5, 0.2, 6), '#4b5420', 'opacity="0.5"') +
    disc([-radius * 0.35, -radius * 0.4], radius * 0.28, '#c3ca8a', 'opacity="0.9"')
  )
}

/** Half rings of a red onion. */
export const onion = (random: Random): string =>
  many(3, (index) => {
    const radius = 44 - index * 13
    const [from, to] = [random.between(-0.3, 0.2), random.between(2.9, 3.7)]
    const [a, b] = [polar(from, radius), polar(to, radius)]
    const arc = `M${a.join(' ')}A${radius} ${radius * 0.9} 0 0 1 ${b.join(' ')}`
    return line(arc, '#8d3168', 8.5) + line(arc, '#ead3e2', 5.6) + line(arc, '#fdf6fb', 2)
  })

/** A slice of a green pepper, with its lobes. */
export function greenPepper(random: Random): string {
  const lobes = Array.from({ length: 16 }, (_, index) =>
    polar((index * Math.PI) / 8, 41 + (index % 4 === 0 ? -11 : index % 2 === 0 ? 6 : 1) + random.between(-2, 2)),
  )
  const ring = curve(lobes)
  return line(ring, '#2f6f1e', 13) + line(ring, '#6db33a', 9) + line(ring, '#c4e394', 2.6)
}

/** A ring of a chili. */
export const chili = (random: Random): string =>
  many(2, (index) => {
    const place: Point = [index * 34 - 17, random.between(-12, 12)]
    const radius = random.between(10, 13)
    const seeds = many(4, (seed) => disc(polar(seed * 1.6, radius * 0.4), 2, '#f7e3a8'))
    const ring = line(blob(random, radius, 0.06, 9), random.pick('#c8161d', '#d8231f', '#b40f1b'), 6.5)
    const shine = line(`M${-radius} -4A${radius} ${radius} 0 0 1 -2 ${-radius}`, '#ff9c85', 2)
    return put(place, random.between(0, 180), fill(blob(random, radius, 0.05, 9), '#e8793f') + seeds + ring + shine)
  })

/** Slices of garlic, browned at the edge. */
export const garlic = (random: Random): string =>
  fill(
    'M0 -22C16 -14 20 4 12 15C6 22 -8 22 -13 14C-20 2 -14 -14 0 -22Z',
    '#f6e9c3',
    'stroke="#c79a4c" stroke-width="3"',
  ) +
  line(`M0 -12C4 0 3 8 ${random.between(-3, 3)} 14`, '#dcc489', 2.4) +
  line('M-8 -4C-8 -10 -4 -14 -2 -16', '#fffdf2', 3)

/** A chunk of pineapple. */
export function pineapple(random: Random): string {
  const fibres = many(6, (index) => {
    const angle = -2.2 + index * 0.25
    const [a, b] = [polar(angle, 30), polar(angle, random.between(58, 72))]
    return line(`M${a.join(' ')}L${b.join(' ')}`, '#d99a17', 2.2, 'opacity="0.75"')
  })
  const chunk = 'M-46 -60C-20 -80 20 -80 46 -60L22 -22C8 -28 -8 -28 -22 -22Z'
  const edge = line('M-44 -60C-20 -79 20 -79 44 -60', '#b9761a', 4)
  const shine = line('M-26 -60C-10 -68 12 -68 24 -61', '#fff3ae', 5, 'opacity="0.85"')
  return put([0, 48], 0, fill(chunk, random.pick('#f7cb3c', '#f9d452', '#f2bf2c')) + fibres + edge + shine)
}

/** A quarter of the heart of an artichoke, leaf behind leaf. */
export function artichoke(random: Random): string {
  const leaves = many(4, (index) => {
    const [long, wide] = [70 - index * 13, 36 - index * 7]
    const leaf = `M0 34C${-wide} 20 ${-wide} ${-long / 3} 0 ${-long}C${wide} ${-long / 3} ${wide} 20 0 34Z`
    const tone = ['#8c9a4c', '#a9b263', '#c6c883', '#e6dfae'][index] ?? '#e6dfae'
    return fill(leaf, tone, 'stroke="#667034" stroke-width="1.6"')
  })
  return put(
    [0, 8],
    random.between(-8, 8),
    leaves + line('M0 26V-10', '#a69a5a', 2) + line('M-8 24Q-12 0 -4 -22M8 24Q12 0 4 -22', '#b9b070', 1.6),
  )
}
