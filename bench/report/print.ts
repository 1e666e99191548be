import type { Depths } from '../depth.ts'
import type { Measurement } from '../measure.ts'
import type { Memory } from '../memory.ts'
import { operations } from '../operations.ts'
import type { Profile, Share } from '../profile.ts'
import type { Starts } from '../starts.ts'
import { figure, type Spread, speedAgainst } from '../statistics.ts'
import { print } from './say.ts'

export function printHeading(engine: string, collection: string): void {
  print(`\n${collection} on ${engine}`)
  print(
    `${'operation'.padEnd(30)}${'server'.padEnd(9)}${'requests/s'.padStart(22)}${'CPU µs/request'.padStart(22)}` +
      `${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}   ours against it: by rate, by CPU`,
  )
}

export function printMeasurement(measurement: Measurement): void {
  for (const [index, series] of measurement.series.entries()) {
    const speed = series.kind === 'ours' ? undefined : speedAgainst(measurement, series.kind)
    print(
      `${(index === 0 ? operations[measurement.operation] : '').padEnd(30)}${series.kind.padEnd(9)}` +
        range(
          figure(series, ({ rate }) => rate),
          0,
        ).padStart(22) +
        range(
          figure(series, ({ cpu }) => cpu),
          0,
        ).padStart(22) +
        figure(series, ({ p50 }) => p50)
          .median.toFixed(2)
          .padStart(9) +
        figure(series, ({ p99 }) => p99)
          .median.toFixed(2)
          .padStart(9) +
        (speed ? `   ${range(speed.rate, 2)}   ${range(speed.cpu, 2)}` : ''),
    )
  }
}

/** `5230 (5100..5300)` */
export const range = ({ median, least, most }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${least.toFixed(digits)}..${most.toFixed(digits)})`

export function printProfile({ engine, collection, operation, parts, functions }: Profile): void {
  print(`\n${operations[operation]}, ${collection} on ${engine}: % of our time, by part and by function`)
  for (const [index, part] of parts.slice(0, 20).entries()) {
    const inside = functions[index]
    print(`${percent(part)} ${part.name.padEnd(32)}${inside ? `${percent(inside)} ${inside.name}` : ''}`)
  }
}

const percent = ({ share }: Share): string => (share * 100).toFixed(1).padStart(6)

export function printDepths({ engine, collection, pages }: Depths): void {
  print(`\n${collection} on ${engine}: a page of 20 behind so many rows, p50 ms, CPU µs`)
  for (const { depth, by, latency, cpu } of pages) {
    print(`${`${by} ${depth}`.padStart(16)}${range(latency, 2).padStart(22)}${range(cpu, 0).padStart(22)}`)
  }
}

export function printMemory({ engine, start, used, loaded, most }: Memory): void {
  const [first, usual, last, peak] = [start, used, loaded, most].map((bytes) => mebibytes(bytes).toFixed(0))
  print(
    `\nall services on ${engine}: MiB ${first} at start, ${usual} after load, ${last} after large requests, ${peak} at most`,
  )
}

export const mebibytes = (bytes: number): number => bytes / 1024 ** 2

export const printStarts = ({ fresh, existing }: Starts): void =>
  void print(`\nready after (ms) ${range(fresh, 0)} fresh, ${range(existing, 0)} with data`)
