import { join } from 'node:path'
import { findCycles } from './cycles.ts'
import { type Import, listImports, packageNameOf } from './imports.ts'
import { type Package, packageOf, type Tree, type Violation } from './tree.ts'

/** A row of the table: no file under `from`, save `unless`, imports what is under `never`, save `but`. */
interface Wall {
  readonly because: string
  readonly from: readonly string[]
  readonly unless?: readonly string[]
  readonly never: readonly string[]
  readonly but?: readonly string[]
  /** Imports inside one package do not count. */
  readonly abroad?: true
}

const tests = ['**/*.test.ts', '**/*.test.tsx', '**/testing/**']
const tools = [...tests, 'bin/**', '*.ts']

/** Packages that only compute. Any other in a use case or a route counts as an SDK, which belongs into a connector. */
const computing = ['npm:csv-parse', 'npm:echarts']

const webFramework = ['npm:fastify', 'npm:@fastify/*', 'npm:@scalar/fastify-api-reference']

const brokersAndClouds = [
  ...['npm:@aws-sdk/*', 'npm:@smithy/*', 'npm:@azure/*', 'npm:@google-cloud/*'],
  ...[
    'npm:nats',
    'npm:@nats-io/*',
    'npm:kafkajs',
    'npm:amqplib',
    'npm:mqtt',
    'npm:redis',
    'npm:@redis/*',
    'npm:ioredis',
  ],
]

export const walls: readonly Wall[] = [
  {
    because: 'an entity holds for one row, whatever is done with it',
    from: ['apps/*/entities/**'],
    unless: tests,
    never: ['apps/*/services/**', 'apps/*/interface/**', 'apps/*/connectors/**', 'apps/*/context.ts', 'libs/**'],
    but: ['libs/core/**', 'libs/data/**'],
  },
  {
    because: 'others import events, and must not get the service with them',
    from: ['apps/*/events.ts'],
    never: ['apps/**'],
    but: ['apps/*/events.ts'],
  },
  {
    because: 'a use case knows neither the way in nor the way out',
    from: ['apps/*/services/**'],
    unless: tests,
    never: [
      ...['apps/*/interface/**', 'apps/*/connectors/**', 'apps/*/app.ts'],
      ...['libs/http/**', 'libs/resource/**', 'libs/service/**', 'libs/client/**', 'libs/testing/**'],
      ...['npm:**', 'node:process', 'process.env'],
    ],
    but: computing,
  },
  {
    because: 'a connector is called, and calls nobody',
    from: ['apps/*/connectors/**'],
    unless: tests,
    never: ['apps/*/services/**', 'apps/*/interface/**'],
  },
  {
    because: 'a way in parses and calls a use case',
    from: ['apps/*/interface/**'],
    unless: tests,
    never: ['apps/*/connectors/**', 'npm:**'],
    but: computing,
  },
  {
    because: 'services know each other by their events alone',
    from: ['apps/*/**'],
    never: ['apps/**'],
    but: ['apps/*/events.ts'],
    abroad: true,
  },
  {
    because: 'settings are declared, and read where a process begins',
    from: ['apps/*/**', 'libs/**'],
    unless: [...tests, 'libs/service/command.ts'],
    never: ['process.env', 'node:process'],
  },
  { because: 'the kernel knows no service', from: ['libs/**'], never: ['apps/**'] },
  { because: 'HTTP and SQL meet in libs/resource', from: ['libs/http/**'], never: ['libs/data/**', 'libs/events/**'] },
  { because: 'HTTP and SQL meet in libs/resource', from: ['libs/data/**', 'libs/events/**'], never: ['libs/http/**'] },
  { because: 'events stand on data', from: ['libs/data/**'], never: ['libs/events/**'] },
  {
    because: 'media are bytes and files, whoever uploads or serves them',
    from: ['libs/media/**'],
    unless: tests,
    never: ['libs/**'],
    but: ['libs/core/**', 'libs/media/**'],
  },
  {
    because: 'what strangers sent is decoded in a process of its own',
    from: ['**'],
    unless: ['libs/media/decode.ts', 'apps/*/pictures/**', ...tests],
    never: ['npm:sharp'],
  },
  {
    because: 'this runs in a browser',
    from: ['libs/client/**', 'web/**'],
    unless: tests,
    never: ['node:**', 'libs/**'],
    but: ['libs/client/**'],
  },
  { because: 'only tests are tests', from: ['**'], unless: [...tests, 'bench/**'], never: ['**/testing/**'] },
  { because: 'what measures is no part of what is measured', from: ['apps/**', 'libs/**'], never: ['bench/**'] },
  {
    because: 'the web framework stays behind libs/http',
    from: ['**'],
    unless: ['libs/http/**', 'bench/**'],
    never: webFramework,
  },
  {
    because: 'brokers and clouds stay behind transports and connectors',
    from: ['**'],
    unless: ['libs/events/transports/**', 'libs/cache/redis.ts', 'apps/*/connectors/**'],
    never: brokersAndClouds,
  },
  {
    because: 'who is not watched pays nothing for it',
    from: ['**'],
    unless: ['libs/service/open-telemetry.ts'],
    never: ['npm:@opentelemetry/*'],
  },
]

/** Every import that must not exist, each once, by the first rule that it breaks; then the cycles among the others. */
export function checkWalls(tree: Tree): readonly Violation[] {
  const judged = listImports(tree).map((each) => ({ ...each, message: findWall(tree, each) ?? findBypass(tree, each) }))
  const broken = judged.flatMap(({ path, line, message }) => (message ? [{ path, line, message }] : []))
  const allowed = judged.filter(({ message }) => !message)
  return [...broken, ...listCycles(tree, allowed)]
}

function findWall(tree: Tree, { path, target }: Import): string | undefined {
  for (const wall of walls) {
    const from = findMatch(wall.from, path)
    const never = findMatch(wall.never, target)
    if (!from || !never || findMatch(wall.unless, path) || findMatch(wall.but, target)) continue
    if (wall.abroad && packageOf(tree, path) === packageOf(tree, target)) continue
    return `imports ${target}, but ${from} never ${never}: ${wall.because}`
  }
  return undefined
}

/** An import past the manifests: a path into another package, or the name of one that is not declared. */
function findBypass(tree: Tree, { path, specifier, target }: Import): string | undefined {
  const home = packageOf(tree, path)
  if (specifier.startsWith('.')) {
    return packageOf(tree, target) === home ? undefined : `imports ${target} by path instead of by name`
  }
  const name = packageNameOf(specifier)
  if (name === undefined || declares(tree, home, path, name)) return undefined
  return `imports ${name}, which ${join(home.folder, 'package.json')} does not declare`
}

/** The root declares its workspaces by having them. Tests and tools may use what the root has for development. */
function declares(tree: Tree, home: Package, path: string, name: string): boolean {
  if (home.name === name || home.dependencies.has(name)) return true
  if (home.folder === '' && tree.packages.some((each) => each.name === name)) return true
  if (!findMatch(tools, path)) return false
  return home.devDependencies.has(name) || packageOf(tree, '').devDependencies.has(name)
}

/** Cycles of files, and of packages: those need no cycle of files, yet none of them could be used without the others. */
function listCycles(tree: Tree, imports: readonly Import[]): readonly Violation[] {
  const manifestOf = (path: string) => join(packageOf(tree, path).folder, 'package.json')
  const files = imports.filter(({ target }) => tree.sources.has(target))
  const packages = files
    .filter(({ path }) => !findMatch(tests, path))
    .map(({ path, target }) => ({ path: manifestOf(path), target: manifestOf(target) }))
    .filter(({ path, target }) => path !== target)
  return [...findCycles(files), ...findCycles(packages)].map((cycle) => {
    const path = cycle[0] ?? ''
    return { path, line: 1, message: `is in a cycle: ${[...cycle, path].join(' → ')}` }
  })
}

/** The first pattern that covers a path. `*` is within one segment, `**` goes on into the next. */
function findMatch(patterns: readonly string[] | undefined, path: string): string | undefined {
  return patterns?.find((pattern) => toExpression(pattern).test(path))
}

const expressions = new Map<string, RegExp>()

function toExpression(pattern: string): RegExp {
  const known = expressions.get(pattern)
  if (known) return known
  const source = RegExp.escape(pattern).replaceAll(String.raw`\*\*`, '.*').replaceAll(String.raw`\*`, '[^/]*')
  const expression = new RegExp(`^${source}$`)
  expressions.set(pattern, expression)
  return expression
}
