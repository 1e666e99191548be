import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { parseArgs, parseEnv } from 'node:util'
import { AppError, createLog, type Log, systemClock } from '@mainspring/core'
import { DatabaseFault, draftMigration, isDrafted, MigrationError, migrate, migrationStatus } from '@mainspring/data'
import { resourceTables } from '@mainspring/resource'
import { checkedSettings, levelOf, type RunningProcess, startProcess } from './process.ts'
import {
  type Environment,
  loadFixtures,
  locationOf,
  migrationSets,
  openDatabase,
  ownTables,
  requireMigrations,
  type StartOptions,
} from './running-service.ts'
import type { Service } from './service.ts'
import { settingLines } from './setting-lines.ts'
import { SettingsError } from './settings.ts'

/** Milliseconds after a signal in which the process ends, whatever hangs: it has 8 s, and a busy machine takes its time. */
const LAST_MOMENT = 7_700

/**
 * The command line of a process: starts the services that are named, or all; `migrate`, `fixtures` and `migration` are
 * the other things that can be done with them. Sets the exit code; prints what is wrong with settings without a stack.
 */
export async function runCommand(services: readonly Service[], argv: readonly string[]): Promise<void> {
  try {
    loadEnvironmentFile(services)
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    if (values.help) return print(helpFor(services))
    const [first, ...rest] = positionals
    if (first === 'migration') return draft(services, rest[0], values.check, values.rename ?? [])
    if (first === 'migrate') return await applyMigrations(named(services, rest), values.status)
    if (first === 'fixtures') return await applyFixtures(named(services, rest), values.reset)
    await serve(named(services, positionals))
  } catch (error) {
    complain(error)
    process.exitCode = 1
  }
}

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  status: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  reset: { type: 'boolean', default: false },
  rename: { type: 'string', multiple: true },
} as const

async function serve(services: readonly Service[]): Promise<void> {
  let running: RunningProcess | undefined
  const end = async () => {
    setTimeout(() => process.exit(0), LAST_MOMENT).unref()
    await running?.stop().catch(complain)
    process.exit(0)
  }
  // A second signal changes nothing: the first is still being obeyed. One during the start ends it there: nothing is
  // promised to anybody yet, and what a migration has begun is undone, or gone on with by the next.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end())
  running = await startProcess(services, process.env)
}

async function applyMigrations(services: readonly Service[], onlyStatus: boolean): Promise<void> {
  for (const service of services) {
    await withDatabase(service, async ({ engine }, log) => {
      if (!onlyStatus) await migrate(engine, migrationSets(service), log)
      const { applied, pending } = await migrationStatus(engine, migrationSets(service))
      for (const name of applied) print(`${service.name}  applied  ${name}`)
      for (const name of pending) print(`${service.name}  pending  ${name}`)
    })
  }
}

async function applyFixtures(services: readonly Service[], reset: boolean): Promise<void> {
  for (const service of services) {
    await withDatabase(service, async (database, log) => {
      await requireMigrations(service, database)
      const rows = await loadFixtures(service, database, log, reset)
      if (rows === 0) print(`${service.name}: all fixtures are there`)
    })
  }
}

async function withDatabase(
  service: Service,
  work: (database: Awaited<ReturnType<typeof openDatabase>>, log: Log) => Promise<void>,
): Promise<void> {
  const environment: Environment = process.env
  const settings = checkedSettings([service], environment)
  const log = createLog({ level: levelOf(settings), pretty: process.stdout.isTTY })
  const location = locationOf(service.name, settings, environment)
  const options: StartOptions = { settings, environment, location, log, clock: systemClock }
  const database = await openDatabase(service, options)
  try {
    await work(database, log)
  } finally {
    await database.close()
  }
}

function draft(
  services: readonly Service[],
  name: string | undefined,
  onlyCheck: boolean,
  renamed: readonly string[],
): void {
  const renames = Object.fromEntries(renamed.map((pair) => pair.split('=')))
  const drafted: string[] = []
  for (const set of [resourceTables, ...services.map(ownTables)]) {
    if (onlyCheck) {
      if (isDrafted(set)) continue
      throw new UsageError(`The entities of ${set.name} changed, and no migration was drafted: make migration NAME=…`)
    }
    if (name === undefined) throw new UsageError('A migration needs a name: make migration NAME=add-teeth')
    drafted.push(...draftMigration(set, name, renames))
  }
  if (onlyCheck) return
  print(drafted.map((file) => relative('.', file)).join('\n') || 'Nothing has changed since the last migration.')
}

function named(services: readonly Service[], names: readonly string[]): readonly Service[] {
  const unknown = names.find((name) => !services.some((service) => service.name === name))
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no service called ${unknown}; there are: ${services.map(({ name }) => name).join(', ')}.`,
    )
  }
  return names.length === 0 ? services : services.filter(({ name }) => names.includes(name))
}

function helpFor(services: readonly Service[]): string {
  const lines = settingLines(services).map(
    ({ variable, description, type, fallback }) =>
      `  ${variable}${fallback === '' ? '' : `=${fallback}`}\n      ${description} (${type})`,
  )
  return `${USAGE}
Services: ${services.map(({ name }) => name).join(', ')}

Settings (environment variables, or lines of a file called .env):
${lines.join('\n')}`
}

const USAGE = `npm start                                 all services in one process
npm start -- sprockets                    one of them
npm start -- migrate [service] [--status] applies migrations, or lists them
npm start -- fixtures [service] [--reset] loads fixtures
npm start -- migration add-teeth          drafts a migration from the entities; --rename sprockets.teeth=cogs keeps
                                          what a column or table holds; --check only tells whether one is missing
`

/** A call that makes no sense: said without a stack. */
class UsageError extends Error {}

function complain(error: unknown): void {
  process.stderr.write(`${sentenceOf(error) ?? stackOf(error)}\n`)
}

/** What needs no stack: mistakes of those who start it, and what the world around it refuses. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof DatabaseFault && error.cause instanceof Error)
    return `The database refused: ${error.cause.message}`
  const isExpected = [UsageError, SettingsError, MigrationError, AppError].some((kind) => error instanceof kind)
  return error instanceof Error && (isExpected || isParseError(error)) ? error.message : undefined
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? error.message
  return error.cause === undefined ? stack : `${stack}\nbecause of ${stackOf(error.cause)}`
}

const isParseError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

/** What the environment says comes first. A name that nobody knows is told, since it is most likely a misspelt one. */
function loadEnvironmentFile(services: readonly Service[]): void {
  if (!existsSync('.env')) return
  const known = new Set(settingLines(services).map(({ variable }) => variable))
  const unknown = Object.keys(parseEnv(readFileSync('.env', 'utf8'))).filter((name) => !known.has(name))
  if (unknown.length > 0) process.stderr.write(`.env sets what is no setting here: ${unknown.join(', ')}\n`)
  process.loadEnvFile('.env')
}

const print = (text: string) => {
  process.stdout.write(`${text}\n`)
}
