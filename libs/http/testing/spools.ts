import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Spool } from '@mainspring/core'
import { onTestFinished } from 'vitest'

/** All of an upload. */
export async function textOf(upload: Spool | undefined): Promise<string> {
  const pieces = await Array.fromAsync(upload?.open() ?? [])
  return Buffer.concat(pieces).toString()
}

/** A folder for uploads, until the test ends. */
export async function createSpoolFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-spool-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** The uploads of a folder that take up room on the disk: by name, and where the system tells, those that are open without one. */
export async function listSpooled(folder: string): Promise<readonly string[]> {
  const handles = await readdir('/proc/self/fd').catch(() => [])
  const open = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')))
  return [...(await readdir(folder)), ...open.filter((path) => path.startsWith(folder))]
}
