import type { Random } from './random.ts'
import { blob, disc, fill, line, many, polar, put } from './shapes.ts'

// What comes from animals, each around 0, 0 and as large as it is on a pizza whose radius is 400.

/** A slice of salami, curled up a little at its rim. */
export function salami(random: Random): string {
  const radius = random.between(52, 60)
  const fat = many(26, () => {
    const place = polar(random.between(0, 6.3), radius * 0.86 * Math.sqrt(random.between(0, 1)))
    return put(place, 0, fill(blob(random, random.between(2, 5.5), 0.35, 6), '#f3c9b4', 'opacity="0.85"'))
  })
  return (
    fill(blob(random, radius, 0.025, 14), '#7d1d17') +
    fill(blob(random, radius * 0.94, 0.02, 14), random.pick('#b5352a', '#a92e26', '#bd3f2f')) +
    fill(blob(random, radius * 0.7, 0.08, 12), '#c9503c', 'opacity="0.6"') +
    fat +
    line(
      `M${-radius * 0.8} ${-radius * 0.3}A${radius * 0.86} ${radius * 0.86} 0 0 1 0 ${-radius * 0.86}`,
      '#ffb59b',
      4,
      'opacity="0.65"',
    )
  )
}

/** A slice of ham, torn and folded over. */
export function ham(random: Random): string {
  const radius = random.between(54, 66)
  const [tone, inner] = random.pick(['#ee938b', '#d9655f'], ['#f09d93', '#dd6f68'], ['#e8857f', '#cf5a56'])
  const folds = many(3, (index) => {
    const y = -radius * 0.45 + index * radius * 0.42 + random.between(-5, 5)
    const [from, to] = [random.between(-0.75, -0.55) * radius, random.between(0.55, 0.75) * radius]
    const bend = random.between(-22, 22)
    const fold = `M${from} ${y}Q0 ${y + bend} ${to} ${y + random.between(-8, 8)}`
    return line(fold, inner, 11, 'opacity="0.5"') + put([0, -7], 0, line(fold, '#fbc9bd', 6, 'opacity="0.95"'))
  })
  const slice = fill(blob(random, radius, 0.13, 11), tone, 'stroke="#fbd5c8" stroke-width="5"')
  return `<g transform="scale(1 0.72)">${slice}${folds}</g>`
}

/** A rasher of bacon, waved by the heat. */
export function bacon(random: Random): string {
  const wave = `M-62 ${random.between(-8, 8)}C-44 -24 -30 18 -8 2S26 -20 40 4S58 8 64 ${random.between(-8, 4)}`
  return (
    line(wave, '#6d1f17', 33) +
    line(wave, '#a93a2b', 27) +
    put([0, -6], 0, line(wave, '#f0c9a4', 7)) +
    put([0, 8], 0, line(wave, '#e7b48c', 4.5)) +
    put([0, -11], 0, line(wave, '#d3694c', 2.5))
  )
}

/** A fillet of an anchovy. */
export function anchovy(random: Random): string {
  const bend = random.between(-26, 26)
  const fillet = `M-78 0C-40 ${-15 + bend} 20 ${-17 + bend} 80 -3C86 0 86 3 80 5C20 ${12 + bend} -40 ${14 + bend} -78 0Z`
  return (
    fill(fillet, random.pick('#8a5a3c', '#7c5138', '#96664a'), 'stroke="#54331f" stroke-width="2"') +
    line(`M-64 0C-30 ${-5 + bend} 24 ${-5 + bend} 70 0`, '#cfd4d2', 4, 'opacity="0.85"') +
    line(`M-50 5C-20 ${5 + bend} 24 ${4 + bend} 60 4`, '#b98a68', 2.4)
  )
}

/** Flakes of tuna. */
export const tuna = (random: Random): string =>
  many(3, () => {
    const place = polar(random.between(0, 6.3), random.between(4, 20))
    const flake = fill(
      blob(random, random.between(17, 26), 0.28, 8),
      random.pick('#d9b08f', '#e2bd9d', '#cfa27f'),
      'stroke="#a87a58" stroke-width="1.6"',
    )
    const fibres = many(3, (index) => line(`M-13 ${index * 7 - 8}q13 ${random.between(-6, 2)} 25 0`, '#f6e0cb', 2.2))
    return put(place, random.between(0, 180), flake + fibres)
  })

/** A fried egg. */
export const egg = (random: Random): string =>
  fill(blob(random, 106, 0.09, 14), '#f3dfae') +
  fill(blob(random, 100, 0.07, 14), '#fffdf6') +
  disc([6, 6], 46, '#c96f0c', 'opacity="0.35"') +
  disc([3, 2], 42, '#ef9310') +
  disc([2, 0], 37, '#fbb024') +
  disc([-4, -8], 24, '#fdcb4d', 'opacity="0.8"') +
  '<ellipse cx="-13" cy="-17" rx="12" ry="7" transform="rotate(-35 -13 -17)" fill="#fff8da"/>'

/** A shaving of parmesan. */
export function parmesan(random: Random): string {
  const [long, wide] = [random.between(44, 62), random.between(15, 22)]
  const shaving = `M${-long} ${wide * 0.3}C${-long * 0.4} ${-wide * 1.4} ${long * 0.4} ${-wide} ${long} ${-wide * 0.4}L${long * 0.86} ${wide * 0.7}C${long * 0.3} ${wide * 0.3} ${-long * 0.4} ${wide * 0.2} ${-long * 0.8} ${wide * 1.1}Z`
  return (
    fill(shaving, random.pick('#f6e4ae', '#f9ebc2', '#f1da9c'), 'stroke="#d3b264" stroke-width="1.6"') +
    line(
      `M${-long * 0.8} ${wide * 0.3}C${-long * 0.3} ${-wide * 0.9} ${long * 0.3} ${-wide * 0.6} ${long * 0.85} ${-wide * 0.2}`,
      '#fffbe8',
      4,
    )
  )
}

/** A crumb of gorgonzola, melting, with its veins. */
export const gorgonzola = (random: Random): string =>
  fill(blob(random, random.between(36, 48), 0.2, 9), '#f7f0d6', 'stroke="#e3d3a0" stroke-width="3"') +
  many(5, () => {
    const [x, y] = polar(random.between(0, 6.3), random.between(2, 22))
    return put(
      [x, y],
      random.between(0, 180),
      fill(blob(random, random.between(4, 9), 0.5, 6), random.pick('#53788a', '#3f6672', '#6a8f8c'), 'opacity="0.9"'),
    )
  }) +
  line('M-22 -12C-14 -24 2 -26 12 -22', '#ffffff', 4, 'opacity="0.9"')

/** A slice of a roll of goat's cheese, browned. */
export const goatCheese = (random: Random): string =>
  fill(blob(random, 50, 0.03, 12), '#e0bd7c') +
  fill(blob(random, 46, 0.03, 12), '#fffaf0') +
  many(5, () =>
    put(
      polar(random.between(0, 6.3), random.between(6, 30)),
      0,
      fill(blob(random, random.between(6, 13), 0.3, 7), '#e7b163', 'opacity="0.45"'),
    ),
  ) +
  line('M-34 -18A40 40 0 0 1 0 -39', '#ffffff', 5)
