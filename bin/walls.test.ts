import { expect, test } from 'vitest'
import { createTree } from './tree.ts'
import { checkWalls, walls } from './walls.ts'

const kernel = ['core', 'data', 'events', 'http', 'media', 'resource', 'service', 'client', 'testing']
const kernelNames = kernel.map((name) => `@mainspring/${name}`)
const outside = [
  'fastify',
  '@fastify/cors',
  '@scalar/fastify-api-reference',
  'nodemailer',
  'echarts',
  '@opentelemetry/api',
  'sharp',
]
const brokers = [
  ...[
    '@aws-sdk/client-kinesis',
    '@smithy/core',
    '@azure/identity',
    '@google-cloud/pubsub',
    'nats',
    '@nats-io/jetstream',
  ],
  ...['kafkajs', 'amqplib', 'mqtt', 'redis', 'ioredis'],
]

/** Two services, a kernel and a console, all on the right side of every wall. Everything is declared everywhere. */
const clean = {
  'package.json': manifest('mainspring', { development: ['vitest'] }),
  ...Object.fromEntries(kernel.map((name) => [`libs/${name}/package.json`, manifest(`@mainspring/${name}`)])),
  ...Object.fromEntries(kernel.map((name) => [`libs/${name}/index.ts`, `export const ${name} = 1`])),
  'libs/http/server.ts': "import fastify from 'fastify'\nimport '@fastify/cors'\nimport '@mainspring/core'",
  'libs/resource/list.ts': "import '@mainspring/http'\nimport '@mainspring/data'",
  'libs/events/transports/nats.ts': "import '@nats-io/jetstream'",
  'libs/client/client.ts': "import { client } from './index.ts'",
  'libs/client/client.test.ts': "import 'node:http'\nimport '@mainspring/testing'",
  'libs/service/command.ts': 'export const environment = process.env',
  'libs/service/open-telemetry.ts': "import '@opentelemetry/api'",
  'libs/media/decode.ts': "import 'sharp'",
  'libs/media/media.test.ts': "import 'sharp'\nimport '@mainspring/testing'",
  'libs/testing/server.ts':
    "import './index.ts'\nimport '@mainspring/service'\nimport { vi } from 'vitest'\nprocess.env.CI",
  'web/main.tsx': "import '@mainspring/client'",
  'web/main.test.tsx': "import 'node:fs'\nimport '@mainspring/testing'",
  'bin/setup.ts': "import 'vitest'\nimport 'node:fs'",
  'apps/main.ts': "import './index.ts'\nimport '@mainspring/service'\nif (process.env.PORT) process.exit()",
  'apps/index.ts': "import '@mainspring/snacks/app'\nimport '@mainspring/budget/app'",
  'bench/package.json': manifest('@mainspring/bench'),
  'bench/twin/app.ts': "import 'fastify'\nimport '@mainspring/testing'",
  'apps/budget/package.json': manifest('@mainspring/budget', {
    exports: { './app': './app.ts', './events': './events.ts' },
  }),
  'apps/budget/app.ts': "import '@mainspring/service'",
  'apps/budget/events.ts': "import '@mainspring/events'",
  'apps/snacks/package.json': manifest('@mainspring/snacks', {
    exports: { './app': './app.ts', './events': './events.ts' },
  }),
  'apps/snacks/app.ts': "import './interface/orders.ts'\nimport './connectors/media.ts'\nimport '@mainspring/service'",
  'apps/snacks/context.ts': "import type { Media } from './connectors/media.ts'",
  'apps/snacks/events.ts': "import '@mainspring/events'\nimport '@mainspring/budget/events'",
  'apps/snacks/entities/pizza.ts': "import '@mainspring/core'\nimport '@mainspring/data'\nimport './order.ts'",
  'apps/snacks/entities/order.ts': 'export const order = 1',
  'apps/snacks/services/order-service.ts':
    "import '../entities/order.ts'\nimport '../context.ts'\nimport '@mainspring/budget/events'\nimport 'echarts'",
  'apps/snacks/services/order-service.test.ts':
    "import '../app.ts'\nimport '@mainspring/testing'\nimport 'vitest'\nprocess.env.CI",
  'apps/snacks/interface/orders.ts':
    "import '../services/order-service.ts'\nimport '@mainspring/resource'\nimport 'echarts'",
  ...Object.fromEntries(
    ['entities/order', 'interface/orders', 'connectors/media'].map((file) => [
      `apps/snacks/${file}.test.ts`,
      "import '../connectors/media.ts'\nimport '../interface/orders.ts'\nimport '@mainspring/testing'",
    ]),
  ),
  'apps/snacks/connectors/media.ts': "import '@aws-sdk/client-kinesis'\nimport 'nodemailer'",
}

function manifest(name: string, { exports = {}, development = [] as readonly string[] } = {}): string {
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((each) => [each, '1.0.0']))
  const dependencies = versions([...kernelNames, '@mainspring/budget', '@mainspring/snacks', ...outside, ...brokers])
  return JSON.stringify({
    name,
    exports: { '.': './index.ts', ...exports },
    dependencies,
    devDependencies: versions(development),
  })
}

const messages = (planted: Readonly<Record<string, string>>) =>
  checkWalls(createTree({ ...clean, ...planted })).map(({ path, message }) => `${path} ${message}`)

test('a tree on the right side of every wall passes', () => {
  expect(messages({})).toEqual([])
})

/** For each row of the table, one file per `from` that imports one thing per `never`. */
const planted: readonly (readonly [path: string, specifier: string, from: string, never: string])[] = [
  ['apps/snacks/entities/a.ts', '../services/order-service.ts', 'apps/*/entities/**', 'apps/*/services/**'],
  ['apps/snacks/entities/a.ts', '../interface/orders.ts', 'apps/*/entities/**', 'apps/*/interface/**'],
  ['apps/snacks/entities/a.ts', '../connectors/media.ts', 'apps/*/entities/**', 'apps/*/connectors/**'],
  ['apps/snacks/entities/a.ts', '../context.ts', 'apps/*/entities/**', 'apps/*/context.ts'],
  ...['events', 'http', 'resource', 'service', 'client', 'testing'].map(
    (lib) => ['apps/snacks/entities/a.ts', `@mainspring/${lib}`, 'apps/*/entities/**', 'libs/**'] as const,
  ),
  ...['entities/order.ts', 'context.ts', 'app.ts', 'services/order-service.ts'].map(
    (file) => ['apps/snacks/events.ts', `./${file}`, 'apps/*/events.ts', 'apps/**'] as const,
  ),
  ['apps/snacks/services/a.ts', '../interface/orders.ts', 'apps/*/services/**', 'apps/*/interface/**'],
  ['apps/snacks/services/a.ts', '../connectors/media.ts', 'apps/*/services/**', 'apps/*/connectors/**'],
  ['apps/snacks/services/a.ts', '../app.ts', 'apps/*/services/**', 'apps/*/app.ts'],
  ...['http', 'resource', 'service', 'client', 'testing'].map(
    (lib) => ['apps/snacks/services/a.ts', `@mainspring/${lib}`, 'apps/*/services/**', `libs/${lib}/**`] as const,
  ),
  ['apps/snacks/services/a.ts', 'nodemailer', 'apps/*/services/**', 'npm:**'],
  ['apps/snacks/services/a.ts', 'node:process', 'apps/*/services/**', 'node:process'],
  ['apps/snacks/services/a.ts', 'process.env', 'apps/*/services/**', 'process.env'],
  ['apps/snacks/connectors/a.ts', '../services/order-service.ts', 'apps/*/connectors/**', 'apps/*/services/**'],
  ['apps/snacks/connectors/a.ts', '../interface/orders.ts', 'apps/*/connectors/**', 'apps/*/interface/**'],
  ['apps/snacks/interface/a.ts', '../connectors/media.ts', 'apps/*/interface/**', 'apps/*/connectors/**'],
  ['apps/snacks/interface/a.ts', 'nodemailer', 'apps/*/interface/**', 'npm:**'],
  ...['app', 'entities/budget.ts', 'services/budget-service.ts'].map(
    (file) => ['apps/snacks/a.ts', `@mainspring/budget/${file}`, 'apps/*/**', 'apps/**'] as const,
  ),
  ['apps/snacks/app.test.ts', '@mainspring/budget/app', 'apps/*/**', 'apps/**'],
  ['apps/snacks/connectors/a.ts', 'process.env', 'apps/*/**', 'process.env'],
  ['apps/snacks/app.ts', 'node:process', 'apps/*/**', 'node:process'],
  ['libs/core/a.ts', 'process.env', 'libs/**', 'process.env'],
  ['libs/service/a.ts', 'process', 'libs/**', 'node:process'],
  ['libs/core/a.ts', '@mainspring/snacks/app', 'libs/**', 'apps/**'],
  ['libs/service/a.ts', '../../apps/index.ts', 'libs/**', 'apps/**'],
  ['libs/http/a.ts', '@mainspring/data', 'libs/http/**', 'libs/data/**'],
  ['libs/http/a.ts', '@mainspring/events', 'libs/http/**', 'libs/events/**'],
  ['libs/data/a.ts', '@mainspring/http', 'libs/data/**', 'libs/http/**'],
  ['libs/events/a.ts', '@mainspring/http', 'libs/events/**', 'libs/http/**'],
  ['libs/data/a.ts', '@mainspring/events', 'libs/data/**', 'libs/events/**'],
  ...['data', 'events', 'http', 'resource', 'service', 'testing'].map(
    (lib) => ['libs/media/a.ts', `@mainspring/${lib}`, 'libs/media/**', 'libs/**'] as const,
  ),
  ['libs/media/a.ts', 'sharp', '**', 'npm:sharp'],
  ['libs/client/a.ts', 'node:fs', 'libs/client/**', 'node:**'],
  ['libs/client/a.ts', 'fs', 'libs/client/**', 'node:**'],
  ['web/a.tsx', 'node:fs/promises', 'web/**', 'node:**'],
  ...['core', 'data', 'events', 'http', 'resource', 'service', 'testing'].flatMap((lib) => [
    ['libs/client/a.ts', `@mainspring/${lib}`, 'libs/client/**', 'libs/**'] as const,
    ['web/a.tsx', `@mainspring/${lib}`, 'web/**', 'libs/**'] as const,
  ]),
  ['apps/snacks/app.ts', '@mainspring/testing', '**', '**/testing/**'],
  ['libs/service/a.ts', '@mainspring/testing', '**', '**/testing/**'],
  ['bin/a.ts', '@mainspring/testing', '**', '**/testing/**'],
  ['apps/snacks/app.ts', '@mainspring/bench', 'apps/**', 'bench/**'],
  ['libs/core/a.ts', '@mainspring/bench', 'libs/**', 'bench/**'],
  ['libs/service/a.ts', 'fastify', '**', 'npm:fastify'],
  ['libs/service/a.ts', 'fastify/types/request', '**', 'npm:fastify'],
  ['apps/snacks/app.test.ts', '@fastify/cors', '**', 'npm:@fastify/*'],
  ['apps/main.ts', '@scalar/fastify-api-reference', '**', 'npm:@scalar/fastify-api-reference'],
  ['libs/events/a.ts', '@aws-sdk/client-kinesis', '**', 'npm:@aws-sdk/*'],
  ['apps/snacks/app.ts', '@smithy/core', '**', 'npm:@smithy/*'],
  ['apps/snacks/entities/a.ts', '@azure/identity', '**', 'npm:@azure/*'],
  ['libs/data/a.ts', '@google-cloud/pubsub', '**', 'npm:@google-cloud/*'],
  ['libs/events/a.ts', '@nats-io/jetstream', '**', 'npm:@nats-io/*'],
  ['libs/resource/a.ts', '@redis/client', '**', 'npm:@redis/*'],
  ...['nats', 'kafkajs', 'amqplib', 'mqtt', 'redis', 'ioredis'].map(
    (name) => ['libs/service/a.ts', name, '**', `npm:${name}`] as const,
  ),
  ['libs/service/a.ts', '@opentelemetry/api', '**', 'npm:@opentelemetry/*'],
]

test.each(planted)('%s must not import %s', (path, specifier, from, never) => {
  const statement = specifier === 'process.env' ? 'export const port = process.env.PORT' : `import '${specifier}'`

  expect(messages({ [path]: statement })).toEqual([
    expect.stringMatching(
      new RegExp(`^${RegExp.escape(path)} imports .+, but ${RegExp.escape(`${from} never ${never}:`)}`),
    ),
  ])
})

test('every part of every row has its planted violation', () => {
  const parts = walls.flatMap(({ from, never }) => from.flatMap((each) => never.map((other) => `${each} ${other}`)))

  expect(new Set(planted.map(([, , from, never]) => `${from} ${never}`))).toEqual(new Set(parts))
})

test.each([
  "import type { orders } from '../interface/orders.ts'",
  "import { type orders } from '../interface/orders.ts'",
  "export * from '../interface/orders.ts'",
  "export type { orders } from '../interface/orders.ts'",
  "export const load = () => import('../interface/orders.ts')",
  'export const load = () => import(`../interface/orders.ts`)',
  "export type Orders = import('../interface/orders.ts').Orders",
  "export type Orders = typeof import('../interface/orders.ts')",
])('an import counts however it is written: %s', (statement) => {
  expect(messages({ 'apps/snacks/services/a.ts': statement })).toHaveLength(1)
})

test.each([
  'export const port = process.env.PORT',
  "export const port = process['env']['PORT']",
  'export const port = globalThis.process.env.PORT',
  'export const { env } = process',
  'export const { env: { PORT } } = globalThis.process',
])('the environment counts however it is read: %s', (statement) => {
  expect(messages({ 'apps/snacks/services/a.ts': statement })).toHaveLength(1)
})

test('a path into another package is caught, also from a test', () => {
  expect(messages({ 'libs/data/a.test.ts': "import '../core/index.ts'" })).toEqual([
    'libs/data/a.test.ts imports libs/core/index.ts by path instead of by name',
  ])
})

test('a package that is not declared is caught', () => {
  expect(messages({ 'libs/data/a.ts': "import type { Knex } from 'knex/types'" })).toEqual([
    'libs/data/a.ts imports knex, which libs/data/package.json does not declare',
  ])
})

test('what the root has for development is for tests and tools alone', () => {
  expect(messages({ 'libs/data/a.ts': "import 'vitest'", 'apps/main.ts': "import 'vitest'" })).toEqual([
    'apps/main.ts imports vitest, which package.json does not declare',
    'libs/data/a.ts imports vitest, which libs/data/package.json does not declare',
  ])
})

test('a cycle of files is caught, whatever the imports are', () => {
  const cycle = {
    'libs/data/a.ts': "import type { B } from './b.ts'",
    'libs/data/b.ts': "export const c = () => import('./c.ts')",
    'libs/data/c.ts': "export * from './a.ts'",
  }

  expect(messages(cycle)).toEqual([
    'libs/data/a.ts is in a cycle: libs/data/a.ts → libs/data/b.ts → libs/data/c.ts → libs/data/a.ts',
  ])
})

test('a file that imports itself is a cycle', () => {
  expect(messages({ 'libs/data/a.ts': "import './a.ts'" })).toHaveLength(1)
})

test('a cycle of packages is caught where no files are in one', () => {
  expect(
    messages({ 'libs/core/a.ts': "import '@mainspring/data'", 'libs/data/a.ts': "import '@mainspring/core'" }),
  ).toEqual([
    'libs/core/package.json is in a cycle: libs/core/package.json → libs/data/package.json → libs/core/package.json',
  ])
})
