import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** A backup that cannot be made or used: said without a stack. */
export class BackupError extends Error {}

/** What `manifest.json` in a backup says. It is written last, so that a folder with one is whole. */
export interface Manifest {
  readonly application: 'mainspring'
  /** Of this file; another one is not understood. */
  readonly format: 1
  /** Of the code that made it. */
  readonly version: string
  /** RFC 3339. */
  readonly time: string
  readonly services: Readonly<Record<string, BackedUpService>>
}

/** Everything that a service owns: its database, and in time to come what it keeps in other files. */
export interface BackedUpService {
  /** The last one of its own that was applied: `sprockets/0002_color.sql`. */
  readonly migration: string | null
  /** By their paths in the backup. */
  readonly files: Readonly<Record<string, FileMark>>
}

/** By what a file is recognised. */
export interface FileMark {
  readonly bytes: number
  readonly sha256: string
}

const NAME = 'manifest.json'

/** Where a backup has the database of a service. */
export const databaseIn = (service: string): string => `${service}.db`

/** Writes the manifest into a folder. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<string> {
  const file = join(folder, NAME)
  await writeFile(file, `${JSON.stringify(manifest, undefined, 2)}\n`)
  return file
}

/** Reads a manifest. Throws a `BackupError` when the folder is no backup of ours. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, NAME), 'utf8').catch(() => undefined)
  if (text === undefined) throw new BackupError(`${folder} is no backup: there is no ${NAME} in it.`)
  const manifest = parse(text)
  if (manifest?.application !== 'mainspring') throw new BackupError(`${folder} is no backup of Mainspring.`)
  if (manifest.format !== 1) {
    throw new BackupError(`${folder} was made by a newer version (${manifest.version}), which is needed to restore it.`)
  }
  if (typeof manifest.services !== 'object') {
    throw new BackupError(`${folder} has a manifest that does not say what is in it.`)
  }
  return manifest
}

function parse(text: string): Manifest | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Measures a file. */
export async function markFile(file: string): Promise<FileMark> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(createReadStream(file), async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length
      hash.update(chunk)
    }
    yield* []
  })
  return { bytes, sha256: hash.digest('hex') }
}
