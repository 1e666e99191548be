import type { Measurement } from './measure.ts'
import { operations } from './operations.ts'
import { figure, type Spread, speedAgainst } from './statistics.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)

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
