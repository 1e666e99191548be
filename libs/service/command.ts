import cluster from 'node:cluster'
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import { BACKUPS, makeBackup, restoreBackup } from './commands/backup.ts'
import { applyFixtures } from './commands/fixtures.ts'
import { applyMigrations, draftMigrations } from './commands/migrations.ts'
import { serve } from './commands/serve.ts'
import { complain, print, UsageError } from './commands/terminal.ts'
import type { Service } from './service.ts'
import { settingLines } from './setting-lines.ts'
import { kernelSettings, readSettings } from './settings.ts'

/**
 * The command line of a process: starts the services that are named, or all; the other things that can be done with them
 * are in commands/. Sets the exit code; prints what is wrong with settings without a stack.
 */
export async function runCommand(services: readonly Service[], argv: readonly string[]): Promise<void> {
  try {
    loadEnvironmentFile(services)
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    if (values.help) return print(helpFor(services))
    const [first, ...rest] = positionals
    if (first === 'migration')
      return draftMigrations(services, { name: rest[0], onlyCheck: values.check, renamed: values.rename ?? [] })
    if (first === 'migrate') return await applyMigrations(named(services, rest), process.env, values.status)
    if (first === 'fixtures') return await applyFixtures(named(services, rest), process.env, values.reset)
    if (first === 'backup')
      return await makeBackup(named(services, rest), process.env, { to: values.to, areNamed: rest.length > 0 })
    if (first === 'restore') return await restoreBackup(services, process.env, rest)
    await serve(named(services, positionals), process.env)
  } catch (error) {
    complain(error)
    if (cluster.isWorker) process.exit(1) // the line to its supervisor would keep it
    process.exitCode = 1
  }
}

/** Where a process answers that was started with the settings of this one: for programs that talk to it. */
export function serverUrl(): string {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const { host, port } = readSettings({ host: kernelSettings.host, port: kernelSettings.port }, process.env)
  const isEverywhere = host === '0.0.0.0' || host === '::'
  return `http://${isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Where Kinesis is for a process that was started with the settings of this one: an emulator's URL, undefined for AWS itself. */
export function kinesisEndpoint(): string | undefined {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const { kinesis_endpoint } = readSettings({ kinesis_endpoint: kernelSettings.kinesis_endpoint }, process.env)
  return kinesis_endpoint ?? undefined
}

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  status: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  reset: { type: 'boolean', default: false },
  to: { type: 'string', default: BACKUPS },
  rename: { type: 'string', multiple: true },
} as const

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
npm start -- backup [service] [--to DIR]  copies embedded databases, also while they are in use
npm start -- restore DIR [service]        puts them back
npm start -- migration add-teeth          drafts a migration from the entities; --rename sprockets.teeth=cogs keeps
                                          what a column or table holds; --check only tells whether one is missing
`

/**
 * What the environment says comes first. A name that nobody knows is told, since it is most likely a misspelt one. A
 * worker has all this from its supervisor.
 */
function loadEnvironmentFile(services: readonly Service[]): void {
  if (cluster.isWorker || !existsSync('.env')) return
  const known = new Set(settingLines(services).map(({ variable }) => variable))
  const unknown = Object.keys(parseEnv(readFileSync('.env', 'utf8'))).filter((name) => !known.has(name))
  if (unknown.length > 0) process.stderr.write(`.env sets what is no setting here: ${unknown.join(', ')}\n`)
  process.loadEnvFile('.env')
}
