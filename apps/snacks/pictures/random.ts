import { createHash } from 'node:crypto'

/** Chance that is the same each time for the same seed. */
export interface Random {
  /** A number between two. */
  readonly between: (least: number, most: number) => number
  /** One of several. */
  readonly pick: <T>(first: T, ...others: readonly T[]) => T
}

/** Makes the chance of a seed (mulberry32). */
export function createRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE()
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    between: (least, most) => least + next() * (most - least),
    pick: (first, ...others) => [first, ...others][Math.floor(next() * (others.length + 1))] ?? first,
  }
}
