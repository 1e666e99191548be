import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { nameOf, sqliteFile } from '@mainspring/data'
import { backUp, type EmbeddedService } from '../backup/back-up.ts'
import { BackupError, type Manifest, readManifest } from '../backup/manifest.ts'
import { type RestoredService, restore } from '../backup/restore.ts'
import { checkedSettings } from '../checked-settings.ts'
import { VERSION } from '../description.ts'
import { type Environment, locationOf } from '../running-service.ts'
import type { Service } from '../service.ts'
import { print, UsageError } from './terminal.ts'

/** Where backups are, unless told otherwise. */
export const BACKUPS = 'backups'

/** Backs up the services that are embedded, and says which are not; one that was asked for by name has to be. */
export async function makeBackup(
  services: readonly Service[],
  environment: Environment,
  { to, areNamed }: { readonly to: string; readonly areNamed: boolean },
): Promise<void> {
  const settings = checkedSettings(services, environment)
  const embedded: EmbeddedService[] = []
  const others: string[] = []
  for (const { name } of services) {
    const { url } = locationOf(name, settings, environment)
    const file = fileOf(url)
    if (file === undefined) others.push(`${name} is not backed up here: ${elsewhere(url)}`)
    else if (existsSync(file)) embedded.push({ name, file })
    else others.push(`${name} has nothing to back up: ${file} is not there.`)
  }
  if (embedded.length === 0 || (areNamed && others.length > 0)) throw new UsageError(others.join('\n'))
  for (const other of others) process.stderr.write(`${other}\n`)
  const { folder, manifest } = await backUp(embedded, to, VERSION).catch(sayPlainly)
  for (const [name, { files, migration }] of Object.entries(manifest.services)) {
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
    print(`${name}  ${(bytes / 1e6).toFixed(1)} MB  ${migration ?? 'no migration'}`)
  }
  print(folder)
}

/** Puts services back to a backup: those that are named, or all that it has. */
export async function restoreBackup(
  services: readonly Service[],
  environment: Environment,
  [folder, ...names]: readonly string[],
): Promise<void> {
  if (folder === undefined) throw new UsageError(`Which backup? make restore FROM=…${listBackups()}`)
  const manifest = await readManifest(folder)
  const wanted = names.length > 0 ? names : Object.keys(manifest.services)
  const settings = checkedSettings(services, environment)
  const restored = wanted.map((name): RestoredService => {
    if (!Object.hasOwn(manifest.services, name))
      throw new UsageError(`${folder} has no ${name}; ${contentOf(manifest)}`)
    const service = services.find((each) => each.name === name)
    if (!service) throw new UsageError(`${folder} has ${name}, a service that is not here. Name those to restore.`)
    const { url } = locationOf(name, settings, environment)
    const file = fileOf(url)
    if (file === undefined) throw new UsageError(`${name} cannot be restored from a file: ${elsewhere(url)}`)
    return { service, file }
  })
  const kept = await restore(folder, manifest, restored).catch(sayPlainly)
  for (const { service } of restored) print(`${service.name}  is as it was at ${manifest.time}`)
  if (kept.length > 0) print(`What was there is kept:\n${kept.join('\n')}`)
}

/** The file of an embedded database; none is on a server, or in memory. */
const fileOf = (url: string): string | undefined =>
  url.startsWith('sqlite:') && url !== 'sqlite::memory:' ? sqliteFile(url) : undefined

function elsewhere(url: string): string {
  if (url.startsWith('sqlite:')) return 'it is in memory alone.'
  const tool = url.startsWith('postgres') ? 'pg_dump' : 'mariadb-dump or mysqldump'
  return `it is on ${nameOf(url)}, which ${tool} backs up; see docs/operations.md.`
}

const contentOf = ({ services }: Manifest): string => `it has: ${Object.keys(services).join(', ')}.`

function listBackups(): string {
  if (!existsSync(BACKUPS)) return ''
  const found = readdirSync(BACKUPS)
    .map((name) => join(BACKUPS, name))
    .filter((folder) => existsSync(join(folder, 'manifest.json')) && !folder.endsWith('.partial'))
  return found.length === 0 ? '' : ` There are:\n${found.sort().join('\n')}`
}

/** A disk that is full or closed is no defect: it is said without a stack. */
function sayPlainly(error: unknown): never {
  if (error instanceof Error && 'syscall' in error) throw new BackupError(error.message, { cause: error })
  throw error
}
