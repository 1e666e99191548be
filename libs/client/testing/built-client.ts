import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The folder of this repository. */
export const ROOT = join(import.meta.dirname, '../../..')

/** A project of somebody else, which has the client installed as it is built for others. The caller removes it. */
export function createProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mainspring-client-'))
  const installed = join(folder, 'node_modules')
  mkdirSync(join(installed, '@mainspring'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules/eventsource-parser'), join(installed, 'eventsource-parser'))
  execFileSync(process.execPath, ['bin/client-build.ts', join(installed, '@mainspring/client')], { cwd: ROOT })
  return folder
}
