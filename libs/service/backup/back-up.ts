import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFile, syncFolder } from '@mainspring/core'
import { copySqlite, findDamage, readSqlite, recordedMigrations } from '@mainspring/data'
import { type BackedUpService, BackupError, databaseIn, type Manifest, markFile, writeManifest } from './manifest.ts'

/** The database of a service that is in a file. */
export interface EmbeddedService {
  readonly name: string
  readonly file: string
}

/** A backup that was made. */
export interface Backup {
  readonly folder: string
  readonly manifest: Manifest
}

/**
 * Copies everything that services own into a new folder in `parent`, named after the time. They may run and be written to:
 * each is copied as it is at one moment, and each at its own. The folder has its name when all in it is checked and on
 * the disk; until then it is called `….partial`, which whoever is killed leaves behind.
 */
export async function backUp(services: readonly EmbeddedService[], parent: string, version: string): Promise<Backup> {
  const time = new Date().toISOString()
  const folder = join(parent, time.replaceAll(':', '-'))
  const partial = `${folder}.partial`
  await mkdir(parent, { recursive: true })
  await mkdir(partial)
  try {
    const marks: Record<string, BackedUpService> = {}
    for (const service of services) marks[service.name] = await backUpService(service, partial)
    const manifest: Manifest = { application: 'mainspring', format: 1, version, time, services: marks }
    await syncFile(await writeManifest(partial, manifest))
    await syncFolder(partial)
    await rename(partial, folder)
    await syncFolder(parent)
    return { folder, manifest }
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

async function backUpService({ name, file }: EmbeddedService, folder: string): Promise<BackedUpService> {
  const path = databaseIn(name)
  const copy = join(folder, path)
  await copySqlite(file, copy)
  const damage = findDamage(copy)
  if (damage !== undefined) throw new BackupError(`The database of ${name} is damaged, ${file}: ${damage}`)
  return { migration: await lastMigration(name, copy), files: { [path]: await markFile(copy) } }
}

/** As the database says, which may be newer than this code. */
async function lastMigration(name: string, file: string): Promise<string | null> {
  const database = readSqlite(file)
  try {
    return (await recordedMigrations(database, name)).at(-1) ?? null
  } finally {
    await database.close()
  }
}
