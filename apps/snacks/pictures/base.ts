import type { Random } from './random.ts'
import { blob, disc, fill, line, many, type Point, polar, put } from './shapes.ts'

/** How things look that no path can say: grain, melting, and the light, which comes from the upper left. */
export const FILTERS = `
<filter id="soft" color-interpolation-filters="sRGB"><feGaussianBlur stdDeviation="7"/></filter>
<filter id="softer" color-interpolation-filters="sRGB"><feGaussianBlur stdDeviation="20"/></filter>
<filter id="raised" color-interpolation-filters="sRGB" x="-10%" y="-10%" width="120%" height="120%">
  <feGaussianBlur in="SourceAlpha" stdDeviation="3.2" result="height"/>
  <feSpecularLighting in="height" surfaceScale="4" specularConstant="0.38" specularExponent="20" lighting-color="#fff" result="light">
    <feDistantLight azimuth="235" elevation="52"/></feSpecularLighting>
  <feComposite in="light" in2="SourceAlpha" operator="in" result="light"/>
  <feOffset in="SourceAlpha" dx="4" dy="7"/><feGaussianBlur stdDeviation="4.5"/>
  <feColorMatrix values="0 0 0 0 0.22  0 0 0 0 0.07  0 0 0 0 0.02  0 0 0 0.62 0" result="shadow"/>
  <feMerge><feMergeNode in="shadow"/><feMergeNode in="SourceGraphic"/><feMergeNode in="light"/></feMerge>
</filter>
<filter id="dough" color-interpolation-filters="sRGB" x="-5%" y="-5%" width="110%" height="110%">
  <feTurbulence type="fractalNoise" baseFrequency="0.022" numOctaves="4" seed="4" result="noise"/>
  <feDiffuseLighting in="noise" surfaceScale="5" diffuseConstant="1.18" lighting-color="#fff3e0" result="bumps">
    <feDistantLight azimuth="235" elevation="58"/></feDiffuseLighting>
  <feComposite in="bumps" in2="SourceGraphic" operator="arithmetic" k1="0.85" k2="0" k3="0.18" k4="0" result="baked"/>
  <feComposite in="baked" in2="SourceAlpha" operator="in"/>
</filter>
<filter id="melted" color-interpolation-filters="sRGB" x="-10%" y="-10%" width="120%" height="120%">
  <feGaussianBlur stdDeviation="9" result="blurred"/>
  <feColorMatrix in="blurred" values="1 0 0 0 0  0 1 0 0 0  0 0 1 0 0  0 0 0 9 -3.6" result="pools"/>
  <feTurbulence type="fractalNoise" baseFrequency="0.02" numOctaves="3" seed="9" result="noise"/>
  <feDisplacementMap in="pools" in2="noise" scale="20" xChannelSelector="R" yChannelSelector="G" result="pools"/>
  <feColorMatrix in="noise" values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1.1 0 0 0 0" result="skin"/>
  <feComposite in="skin" in2="pools" operator="in" result="skin"/>
  <feGaussianBlur in="pools" stdDeviation="6" result="thick"/>
  <feComposite in="thick" in2="skin" operator="arithmetic" k2="0.8" k3="0.28" result="height"/>
  <feSpecularLighting in="height" surfaceScale="8" specularConstant="0.34" specularExponent="24" lighting-color="#fffdf0" result="light">
    <feDistantLight azimuth="235" elevation="50"/></feSpecularLighting>
  <feComposite in="light" in2="pools" operator="in" result="light"/>
  <feOffset in="pools" dx="3" dy="5"/><feGaussianBlur stdDeviation="5"/>
  <feColorMatrix values="0 0 0 0 0.35  0 0 0 0 0.06  0 0 0 0 0  0 0 0 0.55 0" result="shadow"/>
  <feMerge><feMergeNode in="shadow"/><feMergeNode in="pools"/><feMergeNode in="light"/></feMerge>
</filter>
<filter id="wood" color-interpolation-filters="sRGB" x="0" y="0" width="100%" height="100%">
  <feTurbulence type="fractalNoise" baseFrequency="0.0045 0.11" numOctaves="4" seed="3" result="noise"/>
  <feColorMatrix in="noise" values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0.62 0 0 0 -0.14" result="grain"/>
  <feComposite in="grain" in2="SourceAlpha" operator="in" result="grain"/>
  <feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="grain"/></feMerge>
</filter>
<radialGradient id="crust"><stop offset="0.82" stop-color="#d9923f"/><stop offset="0.9" stop-color="#f4c677"/>
  <stop offset="0.96" stop-color="#d98a36"/><stop offset="1" stop-color="#96511c"/></radialGradient>
<radialGradient id="red"><stop offset="0" stop-color="#d43d1c"/><stop offset="0.85" stop-color="#c22d14"/><stop offset="1" stop-color="#8f1d0c"/></radialGradient>
<radialGradient id="white"><stop offset="0" stop-color="#f8e2a4"/><stop offset="1" stop-color="#e3b866"/></radialGradient>
<radialGradient id="evening" r="0.75"><stop offset="0.55" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.5"/></radialGradient>`

type Planks = readonly [string, string, string]

const TABLES: readonly [Planks, ...Planks[]] = [
  ['#8a5a34', '#7d4f2c', '#94633b'],
  ['#4f5b57', '#47524f', '#576460'],
  ['#b98a58', '#ad7e4d', '#c29563'],
  ['#3f4a59', '#384251', '#475363'],
  ['#6f4732', '#65402c', '#7a5039'],
  ['#7d8a6e', '#748166', '#869377'],
]

/** A table of planks, and a board on it. */
export function table(random: Random): string {
  const [first, ...others] = random.pick(...TABLES)
  const planks = many(6, (index) => {
    const y = -500 + index * 170 - 10
    const plank = `<rect x="-520" y="${y}" width="1040" height="170" fill="${random.pick(first, ...others)}" filter="url(#wood)"/>`
    return `${plank}<path d="M-520 ${y}H520" stroke="#000" stroke-opacity="0.45" stroke-width="4"/><path d="M-520 ${y + 3}H520" stroke="#fff" stroke-opacity="0.12" stroke-width="2"/>`
  })
  const board =
    disc([10, 22], 470, '#000', 'opacity="0.55" filter="url(#softer)"') +
    disc([0, 0], 466, '#c99a62') +
    `<g filter="url(#wood)">${disc([0, 0], 460, '#dbb07a')}</g>` +
    `<circle r="447" fill="none" stroke="#a97a45" stroke-opacity="0.5" stroke-width="3"/>`
  return (
    put([0, 0], random.between(-8, 8), `<g transform="scale(1.2)">${planks}</g>`) +
    put([0, 0], random.between(0, 180), board)
  )
}

/** Flour on the board, and what fell off the pizza. */
export const crumbs = (random: Random): string =>
  many(60, () =>
    disc(polar(random.between(0, 6.3), random.between(405, 456)), random.between(0.8, 3.2), '#fff6e2', 'opacity="0.7"'),
  )

/** The dough, its rim risen and here and there scorched. */
export function crust(random: Random): string {
  const rim = blob(random, 412, 0.018, 22)
  const scorched = many(34, () => {
    const place = polar(random.between(0, 6.3), random.between(368, 408))
    const spot = fill(blob(random, random.between(6, 21), 0.35, 8), random.pick('#5a2c10', '#7a4218', '#3f1d0b'))
    return put(place, 0, `<g opacity="${random.between(0.35, 0.9)}">${spot}</g>`)
  })
  const blisters = many(18, () => {
    const place = polar(random.between(0, 6.3), random.between(375, 398))
    return put(place, 0, fill(blob(random, random.between(7, 15), 0.2, 8), '#ffe3ae', 'opacity="0.55"'))
  })
  return (
    fill(rim, '#000', 'opacity="0.6" filter="url(#softer)" transform="translate(8 20)"') +
    `<g filter="url(#raised)"><g filter="url(#dough)">${fill(rim, 'url(#crust)')}</g></g>` +
    `<g filter="url(#soft)">${scorched}${blisters}</g>`
  )
}

/** The sauce: of tomatoes, or of cream. */
export function sauce(random: Random, isRed: boolean): string {
  const spread = blob(random, 352, 0.025, 26)
  const herbs = many(70, () =>
    disc(inside(random, 335), random.between(1.2, 3), isRed ? '#5c1207' : '#d9b25c', 'opacity="0.55"'),
  )
  const pulp = many(45, () =>
    put(
      inside(random, 325),
      0,
      fill(
        blob(random, random.between(6, 18), 0.4, 7),
        isRed ? random.pick('#e2552b', '#a8220d') : '#fff8e2',
        'opacity="0.5"',
      ),
    ),
  )
  return (
    fill(spread, '#5f2a0c', 'opacity="0.55" filter="url(#soft)" transform="scale(1.02)"') +
    `<g filter="url(#dough)">${fill(spread, isRed ? 'url(#red)' : 'url(#white)')}</g>${pulp}${herbs}`
  )
}

/** Mozzarella, melted into pools that leave some of the sauce to be seen, and browned in places. */
export function cheese(random: Random, share: number): string {
  const pools = many(Math.round(120 * share), () =>
    disc(inside(random, 318), random.between(18, 44), random.pick('#fbdc86', '#fde9ac', '#f7cf6c')),
  )
  const browned = many(34, () =>
    put(
      inside(random, 310),
      0,
      fill(
        blob(random, random.between(7, 22), 0.35, 8),
        random.pick('#d07a1e', '#b05a14', '#e39a35'),
        `opacity="${random.between(0.3, 0.75)}"`,
      ),
    ),
  )
  return `<g filter="url(#melted)">${pools}</g><g filter="url(#soft)">${browned}</g>`
}

/** Drops of oil that shine. */
export const oil = (random: Random): string =>
  many(26, () => {
    const [x, y] = inside(random, 325)
    const radius = random.between(3, 8)
    return (
      disc([x, y], radius, '#f0a52a', 'opacity="0.35"') +
      disc([x - radius * 0.3, y - radius * 0.35], radius * 0.32, '#fffbe6', 'opacity="0.9"')
    )
  })

/** The corners are darker than the middle. */
export const dusk = '<rect x="-520" y="-520" width="1040" height="1040" fill="url(#evening)"/>'

/** A point within a distance of the middle, all as likely. */
export const inside = (random: Random, radius: number): Point =>
  polar(random.between(0, 2 * Math.PI), radius * Math.sqrt(random.between(0, 1)))

/** A line of steam is too much; a stroke of light on the rim is not. */
export const gleam = (random: Random): string =>
  many(5, () => {
    const angle = random.between(3.3, 4.9)
    const [a, b] = [polar(angle, 388), polar(angle + random.between(0.08, 0.3), 390)]
    return line(`M${a.join(' ')}A389 389 0 0 1 ${b.join(' ')}`, '#fff3d6', 6, 'opacity="0.5" filter="url(#soft)"')
  })
