import { existsSync } from 'node:fs'
import { chown, copyFile, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '@mainspring/core'
import { findDamage, lockSqlite, migrationStatus, readSqlite, replaceSqlite, settleSqlite } from '@mainspring/data'
import { migrationSets } from '../running-service.ts'
import type { Service } from '../service.ts'
import { BackupError, databaseIn, type Manifest, markFile } from './manifest.ts'

/** A service that is to have what a backup holds of it. */
export interface RestoredService {
  readonly service: Service
  /** Where its database is to be. */
  readonly file: string
}

/**
 * Puts services back to what a backup holds of them, all that are given or none, unless it is killed: then each is as it
 * was or as the backup has it. None may run. What was there is kept beside it; resolves to its names.
 */
export async function restore(
  folder: string,
  manifest: Manifest,
  services: readonly RestoredService[],
): Promise<readonly string[]> {
  const unlocks: (() => void)[] = []
  const next: string[] = []
  try {
    for (const { file } of services) unlocks.push(await lock(file))
    for (const each of services) next.push(await prepare(folder, manifest, each))
    const files = await Promise.all(services.map(({ file }) => realpath(file).catch(() => file)))
    // Who reads one of them is found before any is replaced.
    for (const file of files) if (existsSync(file)) settleSqlite(file)
    const now = new Date().toISOString().replaceAll(':', '-')
    const kept: string[] = []
    for (const [index, file] of files.entries()) {
      const aside = `${file}.before-restore-${now}`
      const isThere = existsSync(file)
      await replaceSqlite(file, next[index] ?? '', aside)
      if (isThere) kept.push(aside)
    }
    return kept
  } finally {
    for (const file of next) await rm(file, { force: true })
    for (const unlock of unlocks) unlock()
  }
}

async function lock(file: string): Promise<() => void> {
  try {
    return await lockSqlite(file)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new BackupError(`A process has ${file} open: stop it first.`, { cause: error })
  }
}

/** Copies the database from the backup beside the one that it is to replace, and checks that it is whole and usable. */
async function prepare(folder: string, manifest: Manifest, { service, file }: RestoredService): Promise<string> {
  const path = databaseIn(service.name)
  const real = await realpath(file).catch(() => file)
  const next = `${real}.restoring`
  await copyFile(join(folder, path), next)
  try {
    await giveAway(next, existsSync(real) ? real : dirname(real))
    await check(join(folder, path), next, manifest.services[service.name]?.files[path]?.sha256, service)
    return next
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}

/** What root restores belongs to whom it belonged to, or to the owner of the folder: the service has to write to it. */
async function giveAway(file: string, model: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(model)
  await chown(file, uid, gid)
}

async function check(source: string, copy: string, sha256: string | undefined, service: Service): Promise<void> {
  if ((await markFile(copy)).sha256 !== sha256) throw new BackupError(`${source} is damaged: its checksum is wrong.`)
  const damage = findDamage(copy)
  if (damage !== undefined) throw new BackupError(`${source} is damaged: ${damage}`)
  const database = readSqlite(copy)
  try {
    await migrationStatus(database, migrationSets(service))
  } finally {
    await database.close()
  }
}
