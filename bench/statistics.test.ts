import { expect, test } from 'vitest'
import type { Measurement, Sample } from './measure.ts'
import { speedAgainst, spreadOf } from './statistics.ts'

test('a spread has the middle, the least and the most', () => {
  expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 })
  expect(spreadOf([4, 1, 2, 8])).toEqual({ median: 3, least: 1, most: 8 })
})

test('servers are compared round by round, and more is faster by rate and by CPU', () => {
  const measurement: Measurement = {
    engine: 'sqlite',
    collection: 'sprockets',
    operation: 'get',
    series: [
      { kind: 'ours', memory: { idle: 0, loaded: 0 }, samples: [sample(100, 20), sample(10, 200), sample(120, 20)] },
      { kind: 'twin', memory: { idle: 0, loaded: 0 }, samples: [sample(200, 10), sample(20, 100), sample(100, 30)] },
    ],
  }

  const speed = speedAgainst(measurement, 'twin')

  expect(speed).toEqual({
    rate: { median: 0.5, least: 0.5, most: 1.2 },
    cpu: { median: 0.5, least: 0.5, most: 1.5 },
  })
  expect(speedAgainst(measurement, 'bare')).toBeUndefined()
})

test('a round in which one of two failed is left out', () => {
  const measurement: Measurement = {
    engine: 'sqlite',
    collection: 'sprockets',
    operation: 'get',
    series: [
      { kind: 'ours', memory: { idle: 0, loaded: 0 }, samples: [undefined, sample(90, 20), sample(120, 20)] },
      { kind: 'twin', memory: { idle: 0, loaded: 0 }, samples: [sample(200, 10), sample(100, 20), undefined] },
    ],
  }

  const speed = speedAgainst(measurement, 'twin')

  expect(speed?.rate).toEqual({ median: 0.9, least: 0.9, most: 0.9 })
})

function sample(rate: number, cpu: number): Sample {
  return { rate, cpu, requests: 1, seconds: 1, p50: 1, p99: 1 }
}
