import { resolve } from 'node:path'
import { createLog, type Log } from '@mainspring/core'
import { sqliteFile } from '@mainspring/data'
import { type Environment, locationOf } from './running-service.ts'
import type { Service } from './service.ts'
import { isCasual, type KernelSettings, kernelSettings, readSettings, retentionOf, SettingsError } from './settings.ts'

/** Settings with which services may be served; refuses what only commands may have. */
export function servingSettings(services: readonly Service[], environment: Environment): KernelSettings {
  const settings = checkedSettings(services, environment)
  requireAuth(settings)
  requireServers(services, settings, environment)
  return settings
}

/** Reads the kernel's settings and refuses combinations that cannot work. */
export function checkedSettings(services: readonly Service[], environment: Environment): KernelSettings {
  const settings = readSettings(kernelSettings, environment)
  refuseSharedFile(services, settings, environment)
  requireUrl('OTEL_EXPORTER_OTLP_ENDPOINT', settings.otel_exporter_otlp_endpoint, 'http://127.0.0.1:4318')
  requireUrl('REDIS_URL', settings.redis_url, 'redis://127.0.0.1:6379')
  requirePatience(settings)
  return settings
}

function requireAuth({ auth, env, host }: KernelSettings): void {
  if (auth !== null || (isCasual({ env }) && isLoopback(host))) return
  throw new SettingsError([
    `AUTH must be set when ENV=${env} and HOST=${host}: AUTH=none lets everybody in who can reach the port.`,
  ])
}

function requireUrl(variable: string, url: string | null, example: string): void {
  if (url === null || URL.canParse(url)) return
  throw new SettingsError([`${variable} must be a URL, such as ${example}.`])
}

/** Less than an hour, and who was away for a moment would lose what it waits for. */
function requirePatience(settings: KernelSettings): void {
  const { age, hard_age } = retentionOf(settings)
  if (hard_age >= Math.max(age, HOUR)) return
  throw new SettingsError([
    `EVENTS_HARD_AGE=${settings.events_hard_age} must be 1h or more, and no less than EVENTS_AGE=${settings.events_age}.`,
  ])
}

const HOUR = 3_600_000

function requireServers(services: readonly Service[], settings: KernelSettings, environment: Environment): void {
  if (settings.workers === 1) return
  const embedded = services
    .map(({ name }) => name)
    .filter((name) => locationOf(name, settings, environment).url.startsWith('sqlite:'))
  if (embedded.length === 0) return
  throw new SettingsError([
    `WORKERS=${settings.workers} needs a database server, but the database of ${embedded.join(' and ')} is embedded, ` +
      'which is one process alone: give DATABASE_URL=postgres://… or mysql://…, or leave WORKERS at 1.',
  ])
}

function refuseSharedFile(services: readonly Service[], settings: KernelSettings, environment: Environment): void {
  const names = Map.groupBy(
    services.map(({ name }) => name),
    (name) => fileOf(locationOf(name, settings, environment).url),
  )
  for (const [file, sharing] of names) {
    if (file === undefined || sharing.length === 1) continue
    throw new SettingsError([
      `${file} is given to ${sharing.join(' and ')}: on SQLite each service needs a file of its own.`,
    ])
  }
}

const fileOf = (url: string): string | undefined =>
  url.startsWith('sqlite:') && url !== 'sqlite::memory:' ? resolve(sqliteFile(url)) : undefined

/** Whether a host is reached from this machine alone. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.')

/** Logs in testing are quiet, so that a failure can be seen. */
export const levelOf = ({ log_level, env }: KernelSettings): string =>
  log_level ?? (env === 'testing' ? 'warn' : 'info')

/** The log of a process that serves. Where there are several, each line tells whose it is. */
export const createProcessLog = (settings: KernelSettings): Log =>
  createLog({
    level: levelOf(settings),
    pretty: settings.env === 'development' && process.stdout.isTTY,
    pid: settings.workers > 1 ? process.pid : undefined,
  })
